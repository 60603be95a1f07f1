//! The simulator's page in a real browser, against the real programs as `playground.sh` starts
//! them. With SCREENSHOTS=docs/images the pictures of the docs are taken anew.

mod page;
mod playground;
mod training;
