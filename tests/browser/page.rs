//! The page in a browser, with a server behind it.

use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};
use std::sync::{Mutex, MutexGuard};
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::driver::{Driver, Screen};
use crate::sounds;
use crate::support::Home;

/// How long something may take to appear.
const PATIENCE: Duration = Duration::from_secs(40);

/// Keys as WebDriver writes them.
pub(crate) const ENTER: char = '\u{e007}';
pub(crate) const ESCAPE: char = '\u{e00c}';
pub(crate) const LEFT: char = '\u{e012}';
pub(crate) const UP: char = '\u{e013}';
pub(crate) const RIGHT: char = '\u{e014}';
pub(crate) const DOWN: char = '\u{e015}';
pub(crate) const TAB: char = '\u{e004}';

/// One browser at a time: two of them and two models are more than a small machine has.
static TURN: Mutex<()> = Mutex::new(());

/// A page that ends with the test; its console has to be free of errors until then.
pub(crate) struct Page {
    // In this order they are dropped.
    driver: Driver,
    server: Server,
    expects_errors: bool,
    _turn: MutexGuard<'static, ()>,
}

struct Server {
    child: Child,
    address: String,
    _home: Home,
}

impl Page {
    /// Opens the page at `hash` with the library of [`sounds`]; `None` where there is no browser.
    pub(crate) fn open(hash: &str) -> Option<Self> {
        Page::open_on(Screen::Wide, hash, sounds::home)
    }

    /// Opens the page on a screen with the library that `home` makes.
    pub(crate) fn open_on(screen: Screen, hash: &str, home: impl FnOnce() -> Home) -> Option<Self> {
        Page::open_served(screen, hash, home, |_| Vec::new())
    }

    /// Opens the page on a screen; `arguments` are more words for `auricle serve`.
    pub(crate) fn open_served(
        screen: Screen,
        hash: &str,
        home: impl FnOnce() -> Home,
        arguments: impl FnOnce(&Home) -> Vec<String>,
    ) -> Option<Self> {
        let turn = TURN.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let driver = Driver::start(screen)?;
        let home = home();
        let arguments = arguments(&home);
        let page = Page { driver, server: Server::start(home, &arguments), expects_errors: false, _turn: turn };
        page.go(hash);
        Some(page)
    }

    /// Goes to another place in the page, as a link does.
    pub(crate) fn go(&self, hash: &str) {
        self.driver.go("about:blank");
        self.driver.go(&format!("http://{}/{hash}", self.server.address));
        self.wait_for(
            "!document.querySelector('#main > .bones') && document.querySelector('#main').children.length > 0",
        );
    }

    pub(crate) fn driver(&self) -> &Driver {
        &self.driver
    }

    /// Lets errors be written to the console: the test makes some.
    pub(crate) fn expect_errors(&mut self) {
        self.expects_errors = true;
    }

    /// What an expression is.
    pub(crate) fn ask(&self, expression: &str) -> Value {
        self.driver.run(&format!("return {expression}"))
    }

    /// The text of the first element that `selector` means; nothing if there is none.
    pub(crate) fn text(&self, selector: &str) -> String {
        let text = self.ask(&format!("document.querySelector({selector:?})?.innerText ?? ''"));
        text.as_str().unwrap().to_owned()
    }

    /// The texts of all elements that `selector` means.
    pub(crate) fn texts(&self, selector: &str) -> Vec<String> {
        let texts = self.ask(&format!("[...document.querySelectorAll({selector:?})].map((each) => each.innerText)"));
        texts.as_array().unwrap().iter().map(|text| text.as_str().unwrap().to_owned()).collect()
    }

    /// Waits until an expression holds.
    #[track_caller]
    pub(crate) fn wait_for(&self, expression: &str) {
        let begun = Instant::now();
        while !self.ask(&format!("Boolean({expression})")).as_bool().unwrap() {
            assert!(begun.elapsed() < PATIENCE, "still not: {expression}\nthe page says:\n{}", self.text("body"));
            sleep(Duration::from_millis(50));
        }
    }

    /// Waits until an element is there.
    #[track_caller]
    pub(crate) fn wait(&self, selector: &str) {
        self.wait_for(&format!("document.querySelector({selector:?})"));
    }

    /// Waits until something says `words`.
    #[track_caller]
    pub(crate) fn wait_for_text(&self, selector: &str, words: &str) {
        let has = format!("(each) => each.innerText.includes({words:?})");
        self.wait_for(&format!("[...document.querySelectorAll({selector:?})].some({has})"));
    }

    /// Clicks the first element that `selector` means.
    #[track_caller]
    pub(crate) fn click(&self, selector: &str) {
        self.wait(selector);
        self.driver.run(&format!("document.querySelector({selector:?}).click()"));
    }

    /// Presses the keys of `keys` one after the other.
    pub(crate) fn press(&self, keys: impl Into<String>) {
        self.driver.press(&keys.into());
    }

    /// Loads the page again, as it is.
    pub(crate) fn reload(&self) {
        self.driver.run("location.reload()");
        self.wait_for(
            "!document.querySelector('#main > .bones') && document.querySelector('#main').children.length > 0",
        );
    }

    /// The place in the address, after the # and without the library, which all of them name.
    pub(crate) fn place(&self) -> String {
        let place = self.ask("decodeURIComponent(location.hash.slice(1)).replace(/[?&]lib=[^&]*&?/, '?')");
        place.as_str().unwrap().trim_end_matches('?').to_owned()
    }

    /// The name that a screen reader would say for what is in focus.
    pub(crate) fn focus(&self) -> String {
        let name =
            self.ask("document.activeElement.getAttribute('aria-label') ?? document.activeElement.innerText ?? ''");
        name.as_str().unwrap().to_owned()
    }

    /// Names of the sounds that are listed.
    pub(crate) fn sounds(&self) -> Vec<String> {
        self.texts(".sound-title")
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        if std::thread::panicking() || self.expects_errors {
            return;
        }
        let errors = self.driver.console_errors();
        assert!(errors.is_empty(), "the console says: {errors:#?}");
    }
}

impl Server {
    fn start(home: Home, arguments: &[String]) -> Self {
        let sounds = sounds::file("");
        let mut words = vec!["serve", "--listen", "127.0.0.1:0", "--root", sounds.to_str().unwrap()];
        words.extend(arguments.iter().map(String::as_str));
        let mut child = home.command(words).env_remove("AURICLE_TOKEN").stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("auricle is at http://").unwrap_or_else(|| panic!("{line:?}"));
        let address = address.trim_end_matches('/').to_owned();
        Server { child, address, _home: home }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
