//! The page as a person sees it: what can be read is waited for, what is clicked must be in sight.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use headless_chrome::browser::tab::point::Point;
use headless_chrome::protocol::cdp::Page::CaptureScreenshotFormatOption::Png;
use headless_chrome::protocol::cdp::types::Event;
use headless_chrome::{Browser, LaunchOptions, Tab};

/// By these names the PATH is searched, in this order.
const BROWSERS: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

/// Finds in the page by what its elements are for, as `data-testid` says.
const EYES: &str = r#"
const all = (id, root = document) => [...root.querySelectorAll(`[data-testid="${id}"]`)];
const chat = (name) => all("chat").find((chat) => all("user-name", chat)[0].textContent === name);
const inChat = (name, id) => (chat(name) ? all(id, chat(name)) : []);
const shown = (element) => element.checkVisibility();
const says = (text) => (element) => element.innerText.includes(text);
// The middle of what can be clicked there, or null.
function spot(element) {
  if (!element || element.disabled) return null;
  element.scrollIntoView({ block: "nearest", behavior: "instant" });
  const { x, y, width, height } = element.getBoundingClientRect();
  const middle = [x + width / 2, y + height / 2];
  return element.contains(document.elementFromPoint(...middle)) ? middle : null;
}
// Asks again until there is an answer, and says it as JSON.
function waitFor(question) {
  const end = performance.now() + 20000;
  return new Promise((answer, fail) => {
    (function look() {
      const found = question();
      if (found) return answer(JSON.stringify(found));
      if (performance.now() > end) return fail("the page shows: " + document.body.innerText);
      setTimeout(look, 20);
    })();
  });
}
"#;

pub(crate) struct Page {
    tab: Arc<Tab>,
    complaints: Arc<Mutex<Vec<String>>>,
    _browser: Browser,
}

impl Page {
    /// Opens the page in a browser of its own, of this size in pixels.
    pub(crate) fn open(url: &str, size: (u32, u32)) -> Self {
        let options = LaunchOptions {
            path: Some(browser()),
            window_size: Some(size),
            // It opens nothing but our own page, and neither root nor a container has a sandbox.
            sandbox: false,
            args: ["--disable-dev-shm-usage", "--hide-scrollbars"].map(OsStr::new).to_vec(),
            idle_browser_timeout: Duration::from_secs(300),
            ..LaunchOptions::default()
        };
        let browser = Browser::new(options).unwrap();
        let tab = browser.new_tab().unwrap();
        let complaints = Arc::default();
        tab.enable_log().unwrap();
        tab.add_event_listener(Arc::new(listener(&complaints))).unwrap();
        tab.navigate_to(url).unwrap().wait_until_navigated().unwrap();
        tab.evaluate(EYES, false).unwrap();
        Self { tab, complaints, _browser: browser }
    }

    /// What the browser held against the page: errors, refused loads.
    pub(crate) fn complaints(&self) -> Vec<String> {
        self.complaints.lock().unwrap().clone()
    }

    pub(crate) fn chat<'p>(&'p self, name: &'p str) -> Chat<'p> {
        Chat { page: self, name }
    }

    /// Adds a user, as the form at the top does, and returns once their chat is there.
    pub(crate) fn add_user<'p>(&'p self, name: &'p str, language: &str) -> Chat<'p> {
        self.click("all('new-user-name')[0]");
        self.type_text(name);
        // A click on it would open the system's own list, which is no part of the page.
        self.wait(&format!("(all('new-user-language')[0].value = '{language}')"));
        self.click("all('new-user-add')[0]");
        self.wait(&format!("Boolean(chat('{name}'))"));
        self.chat(name)
    }

    /// Clicks the one element of this kind that is in no chat.
    pub(crate) fn press(&self, testid: &str) {
        self.click(&format!("all('{testid}')[0]"));
    }

    /// Waits until the one element of this kind that is in no chat says this.
    pub(crate) fn read(&self, testid: &str, text: &str) {
        self.wait(&format!("all('{testid}').some(says('{text}'))"));
    }

    /// Waits until this JavaScript gives something, which it returns.
    fn wait(&self, question: &str) -> serde_json::Value {
        let answer = self.tab.evaluate(&format!("waitFor(() => {question})"), true).unwrap();
        let answer = answer.value.unwrap_or_default();
        let json = answer.as_str().unwrap_or_else(|| panic!("{question}: {answer}"));
        serde_json::from_str(json).unwrap()
    }

    fn click(&self, element: &str) {
        let middle = self.wait(&format!("spot({element})"));
        let [x, y] = serde_json::from_value(middle).unwrap();
        self.tab.click_point(Point { x, y }).unwrap();
    }

    fn type_text(&self, text: &str) {
        self.tab.send_character(text).unwrap();
    }

    /// Takes a picture of the page if the environment names a folder for it.
    pub(crate) fn screenshot(&self, name: &str) {
        if let Some(path) = picture_path(name) {
            let picture = self.tab.capture_screenshot(Png, None, None, true).unwrap();
            std::fs::write(path, picture).unwrap();
        }
    }
}

/// Where a picture of the docs goes, if pictures are asked for: SCREENSHOTS is relative to the
/// workspace.
fn picture_path(name: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("SCREENSHOTS")?;
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent()?;
    Some(root.join(folder).join(name))
}

fn browser() -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders: Vec<_> = std::env::split_paths(&path).collect();
    let mut candidates =
        BROWSERS.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    candidates.find(|candidate| candidate.exists()).expect(
        "no Chromium on the PATH: install it (Debian: apt-get install chromium), or run \
         ./test.sh as root",
    )
}

fn listener(complaints: &Arc<Mutex<Vec<String>>>) -> impl Fn(&Event) + Send + Sync + use<> {
    let complaints = Arc::clone(complaints);
    move |event| {
        if let Event::LogEntryAdded(entry) = event {
            complaints.lock().unwrap().push(entry.params.entry.text.clone());
        }
    }
}

/// The column of one user.
pub(crate) struct Chat<'p> {
    page: &'p Page,
    name: &'p str,
}

impl Chat<'_> {
    pub(crate) fn telegram_id(&self) -> i64 {
        let id = self.page.wait(&format!("chat('{}').dataset.user", self.name));
        id.as_str().unwrap().parse().unwrap()
    }

    fn all(&self, testid: &str) -> String {
        format!("inChat('{}', '{testid}')", self.name)
    }

    /// Clicks the last of these that is in sight and says this.
    pub(crate) fn click(&self, testid: &str, text: &str) {
        let element = format!("{}.filter(shown).findLast(says('{text}'))", self.all(testid));
        self.page.click(&element);
    }

    /// Waits until one of these says this, and returns all that it says.
    pub(crate) fn read(&self, testid: &str, text: &str) -> String {
        let said = format!("{}.findLast(says('{text}'))?.innerText", self.all(testid));
        self.page.wait(&said).as_str().unwrap().to_owned()
    }

    /// Whether some of these says this now.
    pub(crate) fn shows(&self, testid: &str, text: &str) -> bool {
        let some = format!("[{}.some(says('{text}'))]", self.all(testid));
        self.page.wait(&some) == serde_json::json!([true])
    }

    /// Writes a message and sends it with Enter.
    pub(crate) fn write(&self, text: &str) {
        self.page.click(&format!("{}[0]", self.all("message-input")));
        self.page.type_text(text);
        self.page.tab.press_key("Enter").unwrap();
    }

    /// Waits until the last picture is drawn, and returns its width.
    pub(crate) fn picture_width(&self) -> u64 {
        let picture = self.all("message-photo");
        self.page.wait(&format!("{picture}.at(-1)?.naturalWidth")).as_u64().unwrap()
    }

    /// Stores the last picture if the environment names a folder for it.
    pub(crate) fn save_picture(&self, name: &str) {
        if let Some(path) = picture_path(name) {
            let picture = self.all("message-photo");
            let url = self.page.wait(&format!("{picture}.at(-1)?.src"));
            let url = url.as_str().unwrap().to_owned();
            let get = async { process::http::client().get(url).send().await?.bytes().await };
            let runtime = tokio::runtime::Runtime::new().unwrap();
            std::fs::write(path, runtime.block_on(get).unwrap()).unwrap();
        }
    }
}
