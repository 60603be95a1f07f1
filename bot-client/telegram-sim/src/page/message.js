// One message as elements. Nothing of it is ever read as HTML.

const TAGS = {
  bold: "b", italic: "i", underline: "u", strikethrough: "s", code: "code", pre: "pre",
  blockquote: "blockquote", expandable_blockquote: "blockquote",
};

export function element(tag, properties = {}, ...children) {
  const { dataset, ...rest } = properties;
  const made = Object.assign(document.createElement(tag), rest);
  Object.assign(made.dataset, dataset);
  made.append(...children);
  return made;
}

// Text with its entities, which nest and whose offsets count UTF-16 units, as JavaScript's do.
export function formatted(text, entities, act) {
  const render = (from, to, inner) => {
    const parts = [];
    let at = from;
    inner.forEach((entity, index) => {
      if (entity.offset < at) return;
      const end = Math.min(entity.offset + entity.length, to);
      const nested = inner.slice(index + 1).filter((one) => one.offset < end);
      parts.push(text.slice(at, entity.offset), wrap(entity, end, nested));
      at = end;
    });
    parts.push(text.slice(at, to));
    return parts;
  };
  const wrap = (entity, end, nested) => {
    const content = render(entity.offset, end, nested);
    const plain = text.slice(entity.offset, end);
    switch (entity.type) {
      case "bot_command":
        return button("command", content, () => act.command(plain));
      case "text_link":
      case "url":
        return link(entity.url ?? plain, content, act);
      case "spoiler": {
        const spoiler = button("spoiler", content, () => spoiler.classList.add("shown"));
        return spoiler;
      }
      default:
        return element(TAGS[entity.type] ?? "span", {}, ...content);
    }
  };
  return render(0, text.length, entities ?? []);
}

function button(className, content, onclick) {
  return element("button", { type: "button", className, onclick }, ...content);
}

function link(url, content, act) {
  const address = /^[a-z]+:/i.test(url) ? url : `https://${url}`;
  if (!/^https?:/i.test(address)) return element("span", {}, ...content);
  const made = element("a", { href: address, target: "_blank", rel: "noreferrer noopener" },
    ...content);
  made.onclick = (event) => {
    if (act.open(address)) event.preventDefault();
  };
  return made;
}

export function messageElement(entry, act) {
  const { message } = entry;
  const side = entry.from_bot ? "in" : "out";
  const bubble = element("article", {
    className: `bubble ${side}`,
    dataset: { testid: "message", from: entry.from_bot ? "bot" : "user", messageId: message.message_id },
  });
  if (message.reply_to_message) {
    const quoted = message.reply_to_message.text ?? message.reply_to_message.caption ?? "…";
    bubble.append(element("div", { className: "reply" }, quoted));
  }
  bubble.append(...content(entry, act));
  const date = new Date((message.edit_date ?? message.date) * 1000);
  const time = date.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  const stamp = message.edit_date ? `edited ${time}` : time;
  bubble.append(element("time", { dateTime: date.toISOString() }, stamp));
  const row = element("div", { className: `message ${side}` }, bubble);
  const keys = keyboard(entry, act);
  if (keys) row.append(keys);
  return row;
}

function content({ message, invoice }, act) {
  const text = (body, entities) =>
    element("div", { className: "text", dataset: { testid: "message-text" } },
      ...formatted(body, entities, act));
  const parts = [];
  if (message.text) parts.push(text(message.text, message.entities));
  if (message.photo) {
    const photo = message.photo.at(-1);
    const alt = message.caption ?? "Picture";
    const { width, height } = photo;
    parts.push(element("img", {
      src: act.file(photo.file_id), alt, width, height, dataset: { testid: "message-photo" },
    }));
  }
  if (message.document) {
    const { file_id: id, file_name: name, file_size: size } = message.document;
    parts.push(element("a", {
      className: "document", href: act.file(id), download: name, dataset: { testid: "message-document" },
    }, element("b", {}, name), `${Math.ceil(size / 1024)} KB`));
  }
  if (message.sticker) parts.push(element("span", { className: "sticker" }, message.sticker.emoji));
  if (message.caption) parts.push(text(message.caption, message.caption_entities));
  if (message.invoice) {
    parts.push(element("b", { className: "invoice-title" }, message.invoice.title),
      element("div", { className: "text" }, message.invoice.description),
      element("div", { className: "invoice-amount", dataset: { invoice } },
        `${message.invoice.total_amount} ★`));
  }
  if (message.successful_payment) {
    parts.push(service(`Paid ${message.successful_payment.total_amount} ★`));
  }
  if (message.refunded_payment) {
    parts.push(service(`Refunded ${message.refunded_payment.total_amount} ★`));
  }
  return parts;
}

function service(text) {
  return element("span", { className: "service", dataset: { testid: "message-payment" } }, text);
}

function keyboard(entry, act) {
  const { message } = entry;
  let rows = message.reply_markup?.inline_keyboard;
  if (!rows && message.invoice) {
    rows = [[{ text: `Pay ${message.invoice.total_amount} ★`, pay: true }]];
  }
  if (!rows) return null;
  const keys = element("div", { className: "keyboard" });
  for (const row of rows) {
    const line = element("div", { className: "keyboard-row" });
    for (const key of row) {
      const dataset = { testid: "key", data: key.callback_data ?? "" };
      const label = key.url ? `${key.text} ↗` : key.text;
      const onclick = () => act.press(entry, key);
      line.append(element("button", { type: "button", className: "key", dataset, onclick }, label));
    }
    keys.append(line);
  }
  return keys;
}
