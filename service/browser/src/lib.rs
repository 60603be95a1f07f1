//! A page as a person sees it, in a real Chromium: what can be read is waited for, what is clicked
//! must be in sight. For tests, which end with whatever goes wrong here.

use std::ffi::OsStr;
use std::fmt::Debug;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use headless_chrome::browser::tab::point::Point;
use headless_chrome::protocol::cdp::Page::AddScriptToEvaluateOnNewDocument;
use headless_chrome::protocol::cdp::Page::CaptureScreenshotFormatOption::Png;
use headless_chrome::protocol::cdp::types::Event;
use headless_chrome::protocol::cdp::{Emulation, types::Method};
use headless_chrome::{Browser, LaunchOptions, Tab};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// By these names the PATH is searched, in this order.
const BROWSERS: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

/// How often a click is tried.
const TRIES: usize = 5;

/// Finds in the page by what its elements are for, as `data-testid` says.
const EYES: &str = r#"
const all = (id, root = document) => [...root.querySelectorAll(`[data-testid="${id}"]`)];
const shown = (element) => element.checkVisibility();
const says = (text) => (element) => element.innerText.includes(text);
// The middle of what can be clicked there, or null.
function spot(element) {
  if (!element || element.disabled) return null;
  element.scrollIntoView({ block: "nearest", behavior: "instant" });
  // Of its first line, if it is text that goes on.
  const { x, y, width, height } = element.getClientRects()[0] ?? new DOMRect();
  const middle = [x + width / 2, y + height / 2];
  window.missed = true;
  element.addEventListener("click", () => { window.missed = false; }, { capture: true, once: true });
  return element.contains(document.elementFromPoint(...middle)) ? middle : null;
}
// Asks again until there is an answer, and says it as JSON. What is not there yet is no answer.
function waitFor(question) {
  const end = performance.now() + 30000;
  return new Promise((answer, fail) => {
    (function look() {
      let found;
      try { found = question(); } catch {}
      if (found) return answer(JSON.stringify(found));
      if (performance.now() > end) return fail("the page shows: " + document.body.innerText);
      setTimeout(look, 20);
    })();
  });
}
"#;

/// A page in a browser of its own.
pub struct Page {
    tab: Arc<Tab>,
    complaints: Arc<Mutex<Vec<String>>>,
    _browser: Browser,
}

impl Page {
    /// Opens the page in a window of this size in pixels. `eyes` is JavaScript that questions use
    /// beside what every page has: `all(testid)`, `shown`, `says(text)`.
    pub fn open(url: &str, size: (u32, u32), eyes: &str) -> Self {
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
        tab.enable_runtime().unwrap();
        tab.add_event_listener(Arc::new(listener(&complaints))).unwrap();
        let page = Self { tab, complaints, _browser: browser };
        page.tell::<AddScriptToEvaluateOnNewDocument>(json!({"source": format!("{EYES}{eyes}")}));
        page.tab.navigate_to(url).unwrap().wait_until_navigated().unwrap();
        page
    }

    /// Loads the page anew.
    pub fn reload(&self) {
        self.tab.reload(false, None).unwrap().wait_until_navigated().unwrap();
    }

    /// What the browser held against the page: errors, refused loads.
    pub fn complaints(&self) -> Vec<String> {
        self.complaints.lock().unwrap().clone()
    }

    /// Waits until this JavaScript gives something, which it returns.
    pub fn wait(&self, question: &str) -> Value {
        let answer = self.tab.evaluate(&format!("waitFor(() => {question})"), true).unwrap();
        let answer = answer.value.unwrap_or_default();
        let json = answer.as_str().unwrap_or_default();
        serde_json::from_str(json).unwrap_or_else(|_| panic!("{question}: {answer}"))
    }

    /// Clicks the element that this JavaScript gives, once it is in sight. If it moves away before
    /// the click is there, it is aimed at again.
    pub fn click(&self, element: &str) {
        for _ in 0..TRIES {
            let middle = self.wait(&format!("spot({element})"));
            let [x, y] = serde_json::from_value(middle).unwrap();
            self.tab.click_point(Point { x, y }).unwrap();
            let missed = self.tab.evaluate("window.missed", false);
            if missed.is_ok_and(|missed| missed.value != Some(Value::Bool(true))) {
                return;
            }
        }
    }

    /// Clicks the last of these that is shown.
    pub fn press(&self, testid: &str) {
        self.click(&format!("all('{testid}').filter(shown).at(-1)"));
    }

    /// Waits until one of these says this.
    pub fn read(&self, testid: &str, text: &str) {
        self.wait(&format!("all('{testid}').some(says({}))", json!(text)));
    }

    /// Types where the focus is.
    pub fn type_text(&self, text: &str) {
        self.tab.send_character(text).unwrap();
    }

    /// Presses a key, such as `Enter`.
    pub fn press_key(&self, key: &str) {
        self.tab.press_key(key).unwrap();
    }

    /// Makes the page as large as this in pixels, on a phone or not.
    pub fn resize(&self, (width, height): (u32, u32), mobile: bool) {
        self.tell::<Emulation::SetDeviceMetricsOverride>(json!({
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": mobile}));
    }

    /// Prefers colours that are `light` or `dark`.
    pub fn prefer(&self, colours: &str) {
        let feature = json!({"name": "prefers-color-scheme", "value": colours});
        self.tell::<Emulation::SetEmulatedMedia>(json!({"features": [feature]}));
    }

    /// Lives in a time zone, such as `Asia/Tokyo`.
    pub fn live_in(&self, zone: &str) {
        self.tell::<Emulation::SetTimezoneOverride>(json!({"timezoneId": zone}));
    }

    /// Takes a picture of the page if the environment names a folder for it.
    pub fn screenshot(&self, name: &str) {
        if let Some(path) = picture_path(name) {
            let picture = self.tab.capture_screenshot(Png, None, None, true).unwrap();
            std::fs::write(path, picture).unwrap();
        }
    }

    fn tell<M: Method + Serialize + DeserializeOwned + Debug>(&self, parameters: Value) {
        let method: M = serde_json::from_value(parameters).unwrap();
        self.tab.call_method(method).unwrap();
    }
}

/// Where a picture of the docs goes, if pictures are asked for: SCREENSHOTS is relative to the
/// workspace.
pub fn picture_path(name: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("SCREENSHOTS")?;
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2)?;
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
        let complaint = match event {
            Event::LogEntryAdded(entry) => entry.params.entry.text.clone(),
            Event::RuntimeExceptionThrown(thrown) => {
                format!("{:?}", thrown.params.exception_details)
            }
            _ => return,
        };
        complaints.lock().unwrap().push(complaint);
    }
}
