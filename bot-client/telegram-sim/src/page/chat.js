// A column: one user's chat with the bot.

import { element, messageElement } from "./message.js";

export class Column {
  constructor(id, api, openSheet) {
    this.id = id;
    this.api = api;
    this.openSheet = openSheet;
    this.rows = new Map();
    this.build();
  }

  build() {
    const testid = (name) => ({ testid: name });
    this.avatar = element("span", { className: "avatar", ariaHidden: "true" });
    this.name = element("h2", { dataset: testid("user-name") });
    this.about = element("p", { className: "about", dataset: testid("user-stars") });
    this.more = element("div", { className: "more" });
    const options = element("details", { className: "options", dataset: testid("user-options") },
      element("summary", { ariaLabel: "More" }, "⋯"), this.more);
    const head = element("header", { className: "chat-head" }, this.avatar,
      element("div", { className: "who" }, this.name, this.about), options);

    this.log = element("div", {
      className: "log", role: "log", tabIndex: 0, ariaLive: "polite", dataset: testid("log"),
    });
    this.isAtEnd = true;
    this.log.onscroll = () => {
      this.isAtEnd = this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < 80;
    };
    // One more chat beside it makes it narrower, and so its end lies deeper.
    new ResizeObserver(() => this.isAtEnd && this.showEnd()).observe(this.log);
    this.action = element("p", { className: "action", role: "status", dataset: testid("action") });
    this.toast = element("p", { className: "toast", role: "alert", dataset: testid("toast"), hidden: true });
    this.menu = element("div", { className: "menu", dataset: testid("menu"), hidden: true });

    this.input = element("textarea", {
      rows: 1, placeholder: "Message", ariaLabel: "Message", dataset: testid("message-input"),
    });
    this.menuButton = element("button", {
      type: "button", className: "menu-button", ariaLabel: "Commands", ariaExpanded: "false",
      dataset: testid("menu-button"), onclick: () => this.showMenu(this.menu.hidden),
    }, "/");
    const sticker = element("button", {
      type: "button", className: "menu-button", ariaLabel: "Send a sticker", dataset: testid("send-sticker"),
      onclick: () => this.act("send", { sticker: "👍" }),
    }, "☺");
    const send = element("button", { className: "send", ariaLabel: "Send", dataset: testid("send") }, "➤");
    this.form = element("form", { className: "composer" }, this.menuButton, this.input, sticker, send);
    this.form.onsubmit = (event) => {
      event.preventDefault();
      this.write(this.input.value);
    };
    this.input.onkeydown = (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        this.form.requestSubmit();
      } else if (event.key === "Escape") {
        this.showMenu(false);
      }
    };
    this.input.oninput = () => this.resize();
    this.startButton = element("button", {
      type: "button", className: "start", dataset: testid("start"),
      onclick: () => this.act("start", {}),
    });
    const bottom = element("footer", { className: "bottom" }, this.menu, this.form, this.startButton);
    this.element = element("section", { className: "chat", dataset: { testid: "chat", user: this.id } },
      head, this.log, this.action, this.toast, bottom);
  }

  // What every state brings of the user.
  update(user, channels, bot) {
    this.user = user;
    this.bot = bot;
    this.element.ariaLabel = `Chat of ${user.first_name}`;
    this.avatar.textContent = [...user.first_name][0] ?? "?";
    this.avatar.style.setProperty("--hue", String((this.id * 67) % 360));
    this.name.textContent = user.first_name;
    this.about.textContent = `${user.language_code ?? "no language"} · ${user.stars} ★`;
    const talks = user.started && !user.blocked;
    this.form.hidden = !talks;
    this.startButton.hidden = talks || !bot;
    this.startButton.textContent = user.blocked ? "RESTART" : "START";
    this.menuButton.hidden = !(user.commands ?? []).length;
    this.showAction(user.action);
    const shape = JSON.stringify([user.commands, user.blocked, user.subscriptions, channels]);
    if (shape !== this.shape) {
      this.shape = shape;
      this.fillMenu(user.commands ?? []);
      this.fillMore(user, channels);
    }
  }

  fillMenu(commands) {
    this.menu.replaceChildren(...commands.map(({ command, description }) =>
      element("button", {
        type: "button", dataset: { testid: "menu-command", command },
        onclick: () => this.write(`/${command}`),
      }, element("b", {}, `/${command}`), ` ${description}`)));
  }

  fillMore(user, channels) {
    const item = (testid, label, onclick) =>
      element("button", { type: "button", dataset: { testid }, onclick }, label);
    const items = channels.map((channel) => {
      const status = channel.members[this.id]?.status ?? "left";
      const isIn = !["left", "kicked"].includes(status);
      const change = { status: isIn ? "left" : "member" };
      const path = `/sim/channels/${channel.username}/members/${this.id}`;
      return item("channel", `${isIn ? "Leave" : "Join"} @${channel.username}`,
        () => this.tell(this.api("PUT", path, change)));
    });
    for (const one of user.subscriptions ?? []) {
      const action = one.canceled_by_user ? "resume" : "cancel";
      const until = new Date(one.expires_at * 1000).toLocaleDateString();
      const label = `${action === "cancel" ? "Cancel" : "Resume"} subscription (${one.amount} ★, to ${until})`;
      items.push(item(`subscription-${action}`, label,
        () => this.tell(this.api("POST", `/sim/subscriptions/${one.charge_id}/${action}`, {}))));
    }
    const block = user.blocked ? "unblock" : "block";
    items.push(item("block", user.blocked ? "Unblock the bot" : "Block the bot", () => this.act(block, {})));
    this.more.replaceChildren(...items);
  }

  showAction(action) {
    clearTimeout(this.actionTimer);
    const words = { typing: "typing", upload_photo: "sending a picture", upload_document: "sending a file" };
    this.action.textContent = action ? `bot is ${words[action.name] ?? "busy"} …` : "";
    if (action) this.actionTimer = setTimeout(() => this.showAction(null), action.left_ms);
  }

  showMenu(shown) {
    this.menu.hidden = !shown;
    this.menuButton.ariaExpanded = String(shown);
  }

  put(entry) {
    const id = entry.message.message_id;
    const old = this.rows.get(id);
    if (entry.deleted) {
      old?.remove();
      this.rows.delete(id);
      return;
    }
    const row = messageElement(entry, this);
    if (old) {
      old.replaceWith(row);
    } else {
      this.log.append(row);
    }
    this.rows.set(id, row);
    if (this.isAtEnd || !entry.from_bot) this.showEnd();
  }

  showEnd() {
    this.log.scrollTop = this.log.scrollHeight;
  }

  say(text) {
    if (!text) return;
    clearTimeout(this.toastTimer);
    this.toast.textContent = text;
    this.toast.hidden = false;
    this.toastTimer = setTimeout(() => { this.toast.hidden = true; }, 4000);
  }

  answer({ text, url }) {
    this.say(text);
    if (url) this.open(url);
  }

  // What a message's elements do.

  command(text) {
    this.write(text);
  }

  file(id) {
    return `/sim/files/${encodeURIComponent(id)}?bot=${this.bot.id}`;
  }

  // Whether a link leads into the simulator.
  open(address) {
    const url = new URL(address);
    if (url.hostname !== "t.me") return false;
    const name = decodeURIComponent(url.pathname.slice(1));
    if (name.startsWith("$")) {
      this.openSheet(this, { link: address }, name.slice(1));
    } else if (name.toLowerCase() === this.bot.username.toLowerCase()) {
      this.act("start", { payload: url.searchParams.get("start") ?? "" });
    } else {
      return false;
    }
    return true;
  }

  press(entry, key) {
    if (key.pay) {
      this.openSheet(this, { message_id: entry.message.message_id }, entry.invoice);
    } else if (key.url) {
      if (!this.open(key.url)) window.open(key.url, "_blank", "noreferrer,noopener");
    } else {
      this.act("press", { message_id: entry.message.message_id, data: key.callback_data, text: key.text });
    }
  }

  // What the user does.

  async write(text) {
    this.showMenu(false);
    if (!text.trim()) return;
    if (await this.act("send", { text })) this.input.value = "";
    this.resize();
    this.input.focus();
  }

  resize() {
    this.input.style.height = "auto";
    this.input.style.height = `${this.input.scrollHeight}px`;
  }

  act(action, body) {
    return this.tell(this.api("POST", `/sim/chats/${this.id}/${action}`, body));
  }

  // The reply; a refusal is shown to the user instead.
  async tell(reply) {
    try {
      return await reply;
    } catch (error) {
      this.say(error.message);
      return null;
    }
  }
}
