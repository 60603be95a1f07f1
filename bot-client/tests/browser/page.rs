//! The columns of the page, a chat in each.

use browser::{Page, picture_path};

/// Finds in a user's column.
const EYES: &str = r#"
const chat = (name) => all("chat").find((chat) => all("user-name", chat)[0].textContent === name);
const inChat = (name, id) => (chat(name) ? all(id, chat(name)) : []);
"#;

/// Opens the page in a browser of its own, of this size in pixels.
pub(crate) fn open(url: &str, size: (u32, u32)) -> Page {
    Page::open(url, size, EYES)
}

/// The column of one user.
pub(crate) struct Chat<'p> {
    page: &'p Page,
    name: &'p str,
}

impl<'p> Chat<'p> {
    pub(crate) fn of(page: &'p Page, name: &'p str) -> Self {
        Self { page, name }
    }

    /// Adds a user, as the form at the top does, and returns once their chat is there.
    pub(crate) fn of_new_user(page: &'p Page, name: &'p str, language: &str) -> Self {
        page.press("new-user-name");
        page.type_text(name);
        // A click on it would open the system's own list, which is no part of the page.
        page.wait(&format!("(all('new-user-language')[0].value = '{language}')"));
        page.press("new-user-add");
        page.wait(&format!("Boolean(chat('{name}'))"));
        Self::of(page, name)
    }

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

    /// Waits until the last message is in sight, without scrolling to it.
    pub(crate) fn shows_its_end(&self) {
        let log = format!("{}[0]", self.all("log"));
        self.page.wait(&format!("{log}.scrollHeight - {log}.scrollTop - {log}.clientHeight < 2"));
    }

    /// Writes a message and sends it with Enter.
    pub(crate) fn write(&self, text: &str) {
        self.page.click(&format!("{}[0]", self.all("message-input")));
        self.page.type_text(text);
        self.page.press_key("Enter");
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
