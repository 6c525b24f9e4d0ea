// @ts-check
// What this device keeps of a sitting: the device's epoch and counter, every answer not yet
// acknowledged, the latest answer of each question, flags and crossed-out options.
// IndexedDB with strict durability; in a browser without it, or on a full disk, memory.

/**
 * @typedef {{code: string, token: string, epoch: number, next: number, mark: string,
 *   proven: number, section: string, now: string, closes: string | null, wall: number,
 *   state: string, hand: object | null}} Device
 * @typedef {{id?: number, code: string, epoch: number, n: number, section: string, item: number,
 *   choice?: string, text?: string, after: string, elapsed: number, given: number,
 *   status: string, remedy?: string}} Save
 * @typedef {{code: string, section: string, item: number, choice: string, text: string,
 *   epoch: number, n: number}} Latest
 * @typedef {{code: string, section: string, flags: number[], struck: Record<string, string[]>}} Marks
 */

const STORES = /** @type {const} */ (["devices", "outbox", "latest", "marks"]);

/** @template T @param {IDBRequest<T>} request @returns {Promise<T>} */
function answer(request) {
  return new Promise((done, fail) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => fail(request.error);
  });
}

/** @param {string} name @returns {Promise<IDBDatabase>} */
function open(name) {
  const request = indexedDB.open(name, 1);
  request.onupgradeneeded = () => {
    const database = request.result;
    database.createObjectStore("devices", { keyPath: "code" });
    database.createObjectStore("outbox", { keyPath: "id", autoIncrement: true });
    database.createObjectStore("latest", { keyPath: ["code", "section", "item"] });
    database.createObjectStore("marks", { keyPath: ["code", "section"] });
  };
  return answer(request);
}

export class Store {
  /** @param {string} code @param {string} name */
  constructor(code, name) {
    this.code = code;
    this.name = name;
    /** @type {IDBDatabase | null} */
    this.database = null;
    this.durable = false;
    /** @type {Device | undefined} */
    this.remembered = undefined;
    /** @type {Save[]} */
    this.inMemory = [];
    /** @type {Map<string, Latest>} */
    this.latestInMemory = new Map();
    /** @type {Map<string, Marks>} */
    this.marksInMemory = new Map();
    this.lastId = 0;
  }

  /** @param {string} code @param {string} [name] */
  static async open(code, name = "concours-room") {
    const store = new Store(code, name);
    try {
      store.database = await open(name);
      store.database.onversionchange = () => store.database?.close();
      store.durable = true;
      store.remembered = await store.read("devices", code);
    } catch {
      store.durable = false;
    }
    return store;
  }

  /**
   * One strict transaction; on failure (a full disk, a closed window) the store goes on in memory.
   * @template T @param {(stores: Record<string, IDBObjectStore>) => Promise<T>} work
   * @returns {Promise<T | undefined>}
   */
  async write(work) {
    if (!this.database || !this.durable) return undefined;
    try {
      const transaction = this.database.transaction(STORES, "readwrite", { durability: "strict" });
      const ended = new Promise((done, fail) => {
        transaction.oncomplete = () => done(undefined);
        transaction.onabort = () => fail(transaction.error);
      });
      ended.catch(() => undefined);
      const found = await work(Object.fromEntries(STORES.map((s) => [s, transaction.objectStore(s)])));
      await ended;
      return found;
    } catch {
      this.durable = false;
      return undefined;
    }
  }

  /** @param {string} store @param {IDBValidKey} key @returns {Promise<any>} */
  async read(store, key) {
    if (!this.database) return undefined;
    return answer(this.database.transaction(store).objectStore(store).get(key));
  }

  /** @param {string} store @returns {Promise<any[]>} */
  async all(store) {
    if (!this.database) return [];
    try {
      const rows = await answer(this.database.transaction(store).objectStore(store).getAll());
      return rows.filter((row) => row.code === this.code);
    } catch {
      return [];
    }
  }

  /** @param {Device} device */
  async keepDevice(device) {
    this.remembered = device;
    await this.write(async (stores) => answer(stores.devices.put(device)));
  }

  /**
   * Keep one answer with the next number of its epoch; an older unsent draft of the same
   * text makes room for it.
   * @param {Omit<Save, "id" | "n" | "epoch" | "code" | "status">} given
   * @param {boolean} [numbered] false while the device is being opened: the epoch remembered
   *   from before may be over, and this answer belongs to the one that comes
   */
  async add(given, numbered = true) {
    const device = numbered ? this.remembered : null;
    /** @type {Save} */
    const save = { ...given, code: this.code, epoch: device?.epoch ?? 0, n: device?.next ?? 0, status: "waiting" };
    if (device) device.next += 1;
    const { section, item, epoch, n } = save;
    const latest = { code: this.code, section, item, choice: save.choice ?? "", text: save.text ?? "", epoch, n };
    this.latestInMemory.set(`${section}/${item}`, latest);
    const kept = await this.write(async (stores) => {
      if (save.text !== undefined) {
        for (const row of await answer(stores.outbox.getAll())) {
          const same = row.code === this.code && row.section === section && row.item === item;
          if (same && row.status === "waiting" && !row.tried) await answer(stores.outbox.delete(row.id));
        }
      }
      if (this.remembered) await answer(stores.devices.put({ ...this.remembered }));
      await answer(stores.latest.put(latest));
      return answer(stores.outbox.add(save));
    });
    if (kept === undefined) this.inMemory.push({ ...save, id: -(this.lastId += 1) });
    return kept !== undefined;
  }

  /** Everything in the outbox, in the order it was given. @returns {Promise<Save[]>} */
  async outbox() {
    return [...(await this.all("outbox")), ...this.inMemory].sort((a, b) => a.given - b.given || a.n - b.n);
  }

  /** @param {Save[]} saves @param {Partial<Save> & {tried?: boolean}} change */
  async change(saves, change) {
    const ids = new Set(saves.map((save) => save.id));
    for (const save of this.inMemory) if (ids.has(save.id)) Object.assign(save, change);
    await this.write(async (stores) => {
      for (const id of ids) {
        const row = Number(id) > 0 ? await answer(stores.outbox.get(Number(id))) : undefined;
        if (row) await answer(stores.outbox.put({ ...row, ...change }));
      }
    });
  }

  /** Forget what was acknowledged. @param {Save[]} saves */
  async forget(saves) {
    const ids = new Set(saves.map((save) => save.id));
    this.inMemory = this.inMemory.filter((save) => !ids.has(save.id));
    await this.write(async (stores) => {
      for (const id of ids) if (Number(id) > 0) await answer(stores.outbox.delete(Number(id)));
    });
  }

  /** Answers given before the first epoch was known get their numbers. */
  async number() {
    for (const save of (await this.outbox()).filter((one) => one.epoch === 0)) {
      const device = this.remembered;
      if (!device) return;
      const n = device.next;
      device.next += 1;
      await this.change([save], { epoch: device.epoch, n });
      await this.keepDevice(this.remembered ?? device);
    }
  }

  /** The latest answer of each question that this device knows of. @param {string} section */
  async latest(section) {
    /** @type {Map<number, Latest>} */
    const found = new Map();
    for (const row of await this.all("latest")) if (row.section === section) found.set(row.item, row);
    for (const row of this.latestInMemory.values()) if (row.section === section) found.set(row.item, row);
    return found;
  }

  /** The service's answers count alone: what this device remembered of them is put away. */
  async forgetLatest() {
    this.latestInMemory.clear();
    await this.write(async (stores) => {
      for (const row of await answer(stores.latest.getAll())) {
        if (row.code === this.code) await answer(stores.latest.delete([row.code, row.section, row.item]));
      }
    });
  }

  /** @param {string} section @returns {Promise<Marks>} */
  async marks(section) {
    const empty = { code: this.code, section, flags: [], struck: {} };
    if (!this.durable) return this.marksInMemory.get(section) ?? empty;
    return (await this.read("marks", [this.code, section])) ?? empty;
  }

  /** @param {Marks} marks */
  async keepMarks(marks) {
    this.marksInMemory.set(marks.section, marks);
    await this.write(async (stores) => answer(stores.marks.put(marks)));
  }

  /** Nothing of this sitting stays on the device: answers, token, drafts, the kept pages. */
  async wipe() {
    this.inMemory = [];
    this.latestInMemory.clear();
    this.marksInMemory.clear();
    this.remembered = undefined;
    this.database?.close();
    this.database = null;
    await wipe(this.name);
  }
}

/** @param {string} section @param {number} item @param {string} code */
export function draftKey(code, section, item) {
  return `concours-draft/${code}/${section}/${item}`;
}

/** Erase every trace of the room from this browser. @param {string} [name] */
export async function wipe(name = "concours-room") {
  try {
    for (const key of Object.keys(localStorage)) if (key.startsWith("concours-draft/")) localStorage.removeItem(key);
  } catch { /* a browser that keeps nothing has nothing to erase */ }
  await Promise.allSettled([
    new Promise((done) => {
      const request = indexedDB.deleteDatabase(name);
      request.onsuccess = request.onerror = request.onblocked = () => done(undefined);
    }),
    globalThis.caches ? caches.keys().then((keys) => Promise.all(keys.filter((key) => key.startsWith("concours-room-")).map((key) => caches.delete(key)))) : undefined,
  ]);
}
