//! The console for operators: how it is served, and in a real browser what it shows and does. With
//! SCREENSHOTS=docs/images the pictures of the docs are taken anew.

mod actions;
mod catalogues;
mod month;
mod page;
mod served;
mod signing_in;
mod user;
