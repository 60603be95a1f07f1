// Calls of the service, with the operator's key.

const KEY = "operator-key";

export const isSignedIn = () => sessionStorage.getItem(KEY) !== null;
export const keepKey = (key) => sessionStorage.setItem(KEY, key);
export const forgetKey = () => sessionStorage.removeItem(KEY);

// Why a call failed, as the service says it or in its stead.
export class Problem extends Error {
  constructor({ status = 0, code = "", detail, request_id: requestId = "", errors = [] }) {
    super(detail);
    Object.assign(this, { status, code, requestId, errors });
  }
}

// An Idempotency-Key: under the same one a call acts once, however often it is sent.
export function newOnce() {
  // crypto.randomUUID is not there on a page that came without TLS.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return `console:${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

// Integers that JavaScript would round stay the digits that they are.
function exact(_, value, context) {
  const rounded = Number.isInteger(value) && !Number.isSafeInteger(value);
  return rounded && context ? context.source : value;
}

// Calls `/v1/…` and gives the answer's body; a Problem otherwise.
export async function call(
  method,
  path,
  { body, once, signal, key = sessionStorage.getItem(KEY) } = {},
) {
  const headers = { Authorization: `Bearer ${key}` };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (once) headers["Idempotency-Key"] = once;
  let response, text;
  try {
    response = await fetch(`../v1/${path}`, {
      method,
      headers,
      signal,
      body: body === undefined ? undefined : JSON.stringify(body),
      // Neither users nor keys belong on the disk.
      cache: "no-store",
      credentials: "omit",
    });
    text = await response.text();
  } catch (error) {
    if (error.name === "AbortError") throw error;
    const next = once ? "send it again, it acts once" : "look before you try again";
    const unknown = method === "GET" ? "" : ` Whether it was carried out is not known: ${next}.`;
    throw new Problem({ detail: `The service does not answer.${unknown}` });
  }
  if (response.ok) return text === "" ? null : JSON.parse(text, exact);
  const problem = new Problem(readProblem(response, text));
  // A key that was good is no longer.
  if (problem.status === 401 && key === sessionStorage.getItem(KEY)) {
    forgetKey();
    window.dispatchEvent(
      new CustomEvent("signed-out", {
        detail: "This key is no longer valid: it was revoked or has expired. Sign in again.",
      }),
    );
  }
  return Promise.reject(problem);
}

function readProblem(response, text) {
  try {
    return JSON.parse(text);
  } catch {
    // Not the service, but something in front of it.
    return {
      status: response.status,
      detail: `Something in front of the service answered ${response.status}.`,
    };
  }
}

export const get = (path, signal) => call("GET", path, { signal });

// A path with what the page did not make itself in it.
export const path = (parts, ...values) =>
  String.raw({ raw: parts }, ...values.map((value) => encodeURIComponent(value)));

// Parameters of a query, those left out that are empty.
export function query(parameters) {
  const filled = Object.entries(parameters).filter(([, value]) => value);
  return filled.length ? `?${new URLSearchParams(filled)}` : "";
}
