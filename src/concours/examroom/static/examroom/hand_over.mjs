// @ts-check
// The hand-over file: what waits on this device, sealed so that only the service can read it.
import { wire } from "concours/room/outbox";

const NAME = new TextEncoder().encode("concours hand-over v1");

/** @param {ArrayBuffer | Uint8Array} bytes */
function base64url(bytes) {
  let text = "";
  for (const byte of new Uint8Array(bytes)) text += String.fromCharCode(byte);
  return btoa(text).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

/**
 * Seal a text for the holder of a P-256 key: ECDH with a key used once, HKDF-SHA-256, AES-256-GCM.
 * @param {string} plain @param {{kid: string, jwk: JsonWebKey}} hand
 */
export async function seal(plain, hand) {
  const curve = { name: "ECDH", namedCurve: "P-256" };
  const theirs = await crypto.subtle.importKey("jwk", hand.jwk, curve, false, []);
  const ours = /** @type {CryptoKeyPair} */ (await crypto.subtle.generateKey(curve, true, ["deriveBits"]));
  const shared = await crypto.subtle.deriveBits({ name: "ECDH", public: theirs }, ours.privateKey, 256);
  const stretched = await crypto.subtle.importKey("raw", shared, "HKDF", false, ["deriveKey"]);
  const key = await crypto.subtle.deriveKey(
    { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(32), info: NAME },
    stretched, { name: "AES-GCM", length: 256 }, false, ["encrypt"],
  );
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: NAME }, key, new TextEncoder().encode(plain));
  const point = await crypto.subtle.exportKey("raw", ours.publicKey);
  return JSON.stringify({
    concours: "hand-over", v: 1, kid: hand.kid,
    epk: base64url(point), iv: base64url(iv), sealed: base64url(sealed),
  });
}

/** Whether this browser and the service can make one. @param {import("./store.mjs").Store} store */
export function canHandOver(store) {
  return Boolean(globalThis.crypto?.subtle && store.remembered?.hand);
}

/** Save everything in the outbox as a sealed file. @param {import("./store.mjs").Store} store */
export async function handOver(store) {
  const device = store.remembered;
  if (!device?.hand) return;
  const saves = (await store.outbox()).filter((save) => save.n > 0);
  const after = saves.find((save) => save.after)?.after ?? device.mark;
  const plain = JSON.stringify({ token: device.token, after, saves: saves.map((save) => wire(save)) });
  const file = await seal(plain, /** @type {any} */ (device.hand));
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([file], { type: "application/json" }));
  link.download = `concours-${store.code}.handover`;
  link.click();
  window.setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
