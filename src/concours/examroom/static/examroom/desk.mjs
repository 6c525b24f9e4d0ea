// @ts-check
// The service as the room sees it: opening the device, sending answers, the state of the sitting.

/** The service cannot be reached, or has no room for now. */
export class Unreachable extends Error {
  /** @param {number} [after] seconds it asks to wait */
  constructor(after = 0) {
    super("unreachable");
    this.after = after;
  }
}
/** Nobody is signed in any more, or the token is over. */
export class SignedOut extends Error {}
/** The service says no, and why. */
export class Refused extends Error {
  /** @param {number} status @param {string} remedy */
  constructor(status, remedy) {
    super(remedy);
    this.status = status;
  }
}

/** @param {RequestInfo} address @param {RequestInit} options @returns {Promise<Response>} */
async function reach(address, options) {
  let answered;
  const patience = options.keepalive ? undefined : AbortSignal.timeout?.(15_000);
  try {
    answered = await fetch(address, { cache: "no-store", credentials: "same-origin", signal: patience, ...options });
  } catch {
    throw new Unreachable();
  }
  if (answered.status >= 500 || answered.status === 429) {
    throw new Unreachable(Number(answered.headers.get("Retry-After")) || 0);
  }
  return answered;
}

/** @param {Response} answered @returns {Promise<string>} */
async function remedy(answered) {
  try {
    const found = await answered.json();
    return String(found.remedy ?? found.refused ?? answered.status);
  } catch {
    return String(answered.status);
  }
}

export class Desk {
  /** @param {{device: string, answers: string, section: string, page: string, csrf: string}} addresses */
  constructor(addresses) {
    this.addresses = addresses;
    this.csrf = addresses.csrf;
  }

  /** Open the sitting on this device. @param {string} resume @returns {Promise<any>} */
  async open(resume, again = true) {
    const answered = await reach(this.addresses.device, {
      method: "POST",
      redirect: "manual",
      headers: { "X-CSRFToken": this.csrf, "Content-Type": "application/json", Accept: "application/json" },
      body: JSON.stringify(resume ? { resume } : {}),
    });
    if (answered.ok) return answered.json();
    if (answered.type === "opaqueredirect" || answered.status === 401) throw new SignedOut();
    if ((answered.status === 403 || answered.status === 404) && again) {
      // The sign-in is over, or it was renewed in another tab and the form's token with it.
      await this.renew();
      return this.open(resume, false);
    }
    throw new Refused(answered.status, await remedy(answered));
  }

  /** Read the form's token anew; whoever is sent to the sign-in page is signed out. */
  async renew() {
    const answered = await reach(this.addresses.page, { headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answered.text(), "text/html");
    const found = page.querySelector("#room-question-forms input[name=csrfmiddlewaretoken], main input[name=csrfmiddlewaretoken]");
    if (new URL(answered.url).pathname.startsWith("/accounts/")) throw new SignedOut();
    if (found instanceof HTMLInputElement) this.csrf = found.value;
  }

  /** @param {string} token @param {object} body @param {boolean} keepalive @returns {Promise<any>} */
  async send(token, body, keepalive) {
    const answered = await reach(this.addresses.answers, {
      method: "POST",
      keepalive,
      headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    if (answered.ok) return answered.json();
    if (answered.status === 401 || answered.status === 403) throw new SignedOut();
    throw new Refused(answered.status, await remedy(answered));
  }

  /** The state of the sitting. @param {string} token @returns {Promise<any>} */
  async look(token) {
    const answered = await reach(this.addresses.section, { headers: { Authorization: `Bearer ${token}` } });
    if (answered.ok) return answered.json();
    if (answered.status === 401 || answered.status === 403) throw new SignedOut();
    throw new Refused(answered.status, await remedy(answered));
  }
}
