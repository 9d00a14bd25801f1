import { byId } from './dom.js';

/**
 * The answers of the server, by the schemas that it checks them with.
 * @typedef {import('../schemas.ts').ObjectiveView} Objective
 * @typedef {import('zod').output<typeof import('../schemas.ts').objectivesSchema>} Objectives
 * @typedef {import('zod').output<typeof import('../schemas.ts').breakdownSchema>} Breakdown
 * @typedef {import('zod').output<typeof import('../schemas.ts').rowSchema>} Part
 * @typedef {import('zod').output<typeof import('../schemas.ts').seriesSchema>} Series
 * @typedef {import('zod').output<typeof import('../schemas.ts').evidenceSchema>} Evidence
 * @typedef {import('zod').output<typeof import('../schemas.ts').dossiersSchema>} Dossiers
 * @typedef {import('zod').output<typeof import('../schemas.ts').dossierSchema>} Dossier
 * @typedef {import('zod').output<typeof import('../schemas.ts').dossierDetailSchema>} DossierDetail
 * @typedef {import('zod').output<typeof import('../schemas.ts').exchangeSchema>} Exchange
 * @typedef {import('zod').output<typeof import('../schemas.ts').documentDetailSchema>} DocumentDetail
 * @typedef {import('zod').output<typeof import('../schemas.ts').unitsSchema>['items'][number]} Unit
 */

/** An answer that takes longer counts as none: the page says so instead of waiting for ever. */
const PATIENCE_MS = 20_000;
const KEY = 'nhip.key';

/** The server's refusal (RFC 9457), or that it could not be reached (status 0). */
export class Problem extends Error {
  /** @param {number} status @param {{ code?: string, detail?: string, errors?: { pointer: string, detail: string }[] }} body */
  constructor(status, { code = 'unreachable', detail = '', errors = [] }) {
    super(detail || code);
    this.status = status;
    this.code = code;
    this.detail = [detail, ...errors.map((one) => `${one.pointer}: ${one.detail}`)].filter(Boolean).join(' ');
  }
}

/**
 * Asks the server, with the key if there is one; asks the user for a key when the server wants one.
 * @param {string} path
 * @param {RequestInit} [init]
 * @returns {Promise<Response>}
 * @throws Problem
 */
export async function request(path, init = {}) {
  for (;;) {
    const key = sessionStorage.getItem(KEY);
    const response = await reach(path, init, key);
    if (response.ok) return response;
    if (response.status === 401 && (await newKey(key))) continue;
    throw await problemOf(response);
  }
}

/**
 * @param {string} path
 * @param {Record<string, string | undefined>} [query]
 */
export async function get(path, query = {}) {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== '');
  const search = new URLSearchParams(/** @type {[string, string][]} */ (given)).toString();
  const response = await request(search ? `${path}?${search}` : path, {
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  return response.json();
}

/** @param {string} path @param {object} body */
export async function post(path, body) {
  const response = await request(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  return response.json();
}

/** `/readyz` answers 503 with the same body when something is wrong. */
export async function readiness() {
  const response = await reach('/readyz', { signal: AbortSignal.timeout(PATIENCE_MS) }, null);
  if (response.ok || response.status === 503) return response.json();
  throw await problemOf(response);
}

/** @param {string} path @param {RequestInit} init @param {string | null} key */
async function reach(path, init, key) {
  const headers = new Headers(init.headers);
  if (key) headers.set('authorization', `Bearer ${key}`);
  try {
    // Never from the browser's cache: the moment and the freshness of an unchanged figure are news, too.
    return await fetch(path, { ...init, headers, cache: 'no-store' });
  } catch (error) {
    throw new Problem(0, {
      code: error instanceof DOMException && error.name === 'TimeoutError' ? 'timeout' : 'unreachable',
    });
  }
}

/** @param {Response} response */
async function problemOf(response) {
  const body = await response.json().catch(() => ({}));
  return new Problem(response.status, { code: 'internal', ...body });
}

/** @type {Promise<boolean> | undefined} */
let asking;
/** The user closed the dialog without a key: it does not come back by itself. */
let declined = false;

export const hasKey = () => sessionStorage.getItem(KEY) !== null;

/** The user wants to give a key after all. @returns {Promise<boolean>} whether one was given */
export function giveKey() {
  declined = false;
  return newKey(sessionStorage.getItem(KEY));
}

/**
 * Asks once however many requests wait for it. @param {string | null} refused the key that was not good enough
 * @returns {Promise<boolean>} whether there is another key to try
 */
function newKey(refused) {
  if (sessionStorage.getItem(KEY) !== refused) return Promise.resolve(true);
  if (declined) return Promise.resolve(false);
  asking ??= askKey(refused !== null).finally(() => {
    asking = undefined;
  });
  return asking;
}

/** @param {boolean} wasWrong @returns {Promise<boolean>} */
function askKey(wasWrong) {
  const dialog = /** @type {HTMLDialogElement} */ (byId('key-dialog'));
  const input = /** @type {HTMLInputElement} */ (byId('key-input'));
  byId('key-wrong').hidden = !wasWrong;
  input.value = '';
  dialog.returnValue = '';
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener(
      'close',
      () => {
        const key = input.value.trim();
        const given = dialog.returnValue === 'use' && key !== '';
        if (given) sessionStorage.setItem(KEY, key);
        else declined = true;
        input.value = '';
        resolve(given);
      },
      { once: true },
    );
  });
}
