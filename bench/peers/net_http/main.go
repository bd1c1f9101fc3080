// SPDX-License-Identifier: MIT OR Apache-2.0

// The peer in Go: net/http as its documentation shows it.
package main

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
)

type newItem struct {
	Name  *string  `json:"name"`
	Price *float64 `json:"price"`
	Note  *string  `json:"note"`
}

type receipt struct {
	ID     int64   `json:"id"`
	Status string  `json:"status"`
	Tax    float64 `json:"tax"`
}

func valid(in *newItem) bool {
	return in.Name != nil && in.Price != nil && len(*in.Name) >= 1 && len([]rune(*in.Name)) <= 80 &&
		*in.Price >= 0 && (in.Note == nil || len([]rune(*in.Note)) <= 500)
}

func createItem(w http.ResponseWriter, r *http.Request) {
	var in newItem
	body := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<20))
	body.DisallowUnknownFields()
	if err := body.Decode(&in); err != nil || r.Method != http.MethodPost || !valid(&in) {
		http.Error(w, "unprocessable", http.StatusUnprocessableEntity)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusCreated)
	json.NewEncoder(w).Encode(receipt{1, "created", *in.Price * 0.19})
}

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/plain")
		fmt.Fprint(w, "Hello, World!")
	})
	http.HandleFunc("/items", createItem)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	fmt.Printf("net_http listens on http://%s\n", listener.Addr())
	panic(http.Serve(listener, nil))
}
