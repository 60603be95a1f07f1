//! The console as an operator uses it.

use std::future::Future;

use browser::Page;
use serde_json::{Value, json};

use crate::support::{OPERATOR_KEY, TestApp};

/// Finds by what things are called.
const EYES: &str = r##"
const named = (name, root = document) => [...root.querySelectorAll("button, a, summary")].filter(shown)
  .findLast((one) => one.innerText.trim() === name || one.ariaLabel === name);
const field = (name) => all(name).filter(shown).at(-1);
const row = (text) => all("row").filter(shown).find(says(text));
// Whether everything that was asked for has come.
const calm = () => document.querySelector("#main > .view:not([data-left])") && !document.querySelector("[aria-busy]");
"##;

pub(crate) const DESKTOP: (u32, u32) = (1280, 900);
pub(crate) const PHONE: (u32, u32) = (390, 844);

pub(crate) struct Console {
    pub(crate) page: Page,
}

/// Runs what waits for a browser where it is in nobody's way; it may wait for the service as well,
/// by [`now`].
pub(crate) fn browse(story: impl FnOnce()) {
    tokio::task::block_in_place(story);
}

/// Waits for a future in the middle of a [`browse`].
pub(crate) fn now<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Handle::current().block_on(future)
}

impl Console {
    /// The console before anybody signs in.
    pub(crate) fn open(app: &TestApp) -> Self {
        Self { page: Page::open(&format!("{}/admin/", app.base), DESKTOP, EYES) }
    }

    pub(crate) fn of_an_operator(app: &TestApp) -> Self {
        let console = Self::open(app);
        console.sign_in(OPERATOR_KEY);
        console.calm();
        console
    }

    pub(crate) fn sign_in(&self, key: &str) {
        self.fill("key", key);
        self.page.press("enter");
    }

    /// Goes to another view than this one, such as `users/7`.
    pub(crate) fn go(&self, view: &str) {
        let leave = "document.querySelector('#main').firstElementChild.dataset.left = 'yes'";
        self.page.wait(&format!("({leave}, location.hash = '#/{view}')"));
        self.calm();
    }

    /// Waits until everything that was asked for has come.
    pub(crate) fn calm(&self) {
        self.page.wait("calm()");
    }

    /// Clicks the last that is called so.
    pub(crate) fn choose(&self, name: &str) {
        self.page.click(&format!("named({})", json!(name)));
    }

    /// Clicks what is called so in the row that says this.
    pub(crate) fn choose_in(&self, row: &str, name: &str) {
        let row = format!("row({})", json!(row));
        self.page.click(&format!("{row} && named({}, {row})", json!(name)));
    }

    /// Types into a field, in the place of what stands there.
    pub(crate) fn fill(&self, name: &str, text: &str) {
        self.page.press(name);
        self.page.wait(&format!("(field('{name}').select(), true)"));
        self.page.type_text(text);
    }

    /// Sets a field whose value is not typed: a choice, a day.
    pub(crate) fn set(&self, name: &str, value: &str) {
        self.page.wait(&format!("(field('{name}').value = {})", json!(value)));
    }

    pub(crate) fn submit(&self) {
        self.page.press("submit");
    }

    /// Waits until the console says this, closes it, and waits for what comes of it.
    pub(crate) fn said(&self, text: &str) {
        self.page.read("message", text);
        self.choose("Close");
        self.page.wait("all('dialog').length === 0");
        self.calm();
    }

    /// What this JavaScript gives now.
    pub(crate) fn ask(&self, question: &str) -> Value {
        self.page.wait(&format!("[{question}]"))[0].clone()
    }

    /// Lets the service have the browser's time.
    pub(crate) fn agree_on_time(&self, app: &TestApp) {
        let now = self.ask("Math.floor(Date.now() / 1000)").as_i64().unwrap();
        app.pass(now - app.now().micros() / 1_000_000);
    }

    /// Fails if the view is broader than the window, or shows a failure.
    pub(crate) fn is_well(&self, view: &str, (width, _): (u32, u32)) {
        // What is drawn for a width is drawn anew for another.
        self.page.wait(&format!("document.documentElement.scrollWidth === {width}"));
        assert_eq!(self.ask("all('problem').map((one) => one.innerText)"), json!([]), "{view}");
    }

    /// Fails if the browser held anything against the page that is not among these.
    pub(crate) fn is_blameless(&self, but: &[&str]) {
        let complaints = self.page.complaints();
        let mut others =
            complaints.iter().filter(|one| !but.iter().any(|known| one.contains(known)));
        assert_eq!(others.next(), None);
    }
}
