-- SPDX-License-Identifier: MIT OR Apache-2.0
-- wrk: POST /items with the object of the notes.
wrk.method = "POST"
wrk.body = '{"name":"green tea, first flush","price":12.5,"note":"from the second garden"}'
wrk.headers["Content-Type"] = "application/json"
