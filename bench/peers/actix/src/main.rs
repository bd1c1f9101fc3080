// SPDX-License-Identifier: MIT OR Apache-2.0

// The peer in Rust: Actix-web as its documentation shows it, a worker a CPU.
use actix_web::{error, get, post, web, App, HttpResponse, HttpServer, Responder};
use serde::{Deserialize, Serialize};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewItem {
    name: String,
    price: f64,
    note: Option<String>,
}

#[derive(Serialize)]
struct Receipt {
    id: i64,
    status: &'static str,
    tax: f64,
}

fn is_valid(item: &NewItem) -> bool {
    let note_fits = item.note.as_ref().map_or(true, |note| note.chars().count() <= 500);
    (1..=80).contains(&item.name.chars().count()) && item.price >= 0.0 && note_fits
}

#[get("/")]
async fn hello() -> impl Responder {
    HttpResponse::Ok().content_type("text/plain").body("Hello, World!")
}

#[post("/items")]
async fn create_item(item: web::Json<NewItem>) -> actix_web::Result<impl Responder> {
    if !is_valid(&item) {
        return Err(error::ErrorUnprocessableEntity("unprocessable"));
    }
    Ok(HttpResponse::Created().json(Receipt { id: 1, status: "created", tax: item.price * 0.19 }))
}

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let server = HttpServer::new(|| App::new().service(hello).service(create_item)).bind("127.0.0.1:0")?;
    println!("actix listens on http://{}", server.addrs()[0]);
    server.run().await
}
