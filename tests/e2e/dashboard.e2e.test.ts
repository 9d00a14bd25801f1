import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import type { PersonId } from '../../shared/contracts/two-people.ts';
import templates from '../../shared/measures/templates.json' with { type: 'json' };
import { createApiKey } from '../../shared/platform/keys-file.ts';
import { noBrowser, startBrowser } from '../support/browser.ts';
import { eventually } from '../support/eventually.ts';
import { type Listening, startInProcess, startListening } from '../support/in-process.ts';
import { emptyDir, startServer } from '../support/standalone.ts';

const NOW = Date.now();
const inDays = (days: number) => new Date(NOW + days * 86_400_000).toISOString();
const dossierId = (n: number) => `H19.12-261101-${String(n).padStart(4, '0')}`;
/** Looks like markup, and must come out as the text that it is. */
const FIELD = '<b>Đất đai</b> & nhà ở';

function statusEvent(n: number, status: string, time: string, data: object) {
  const dimensions = {
    unitId: 'H19.12',
    fieldId: FIELD,
    procedureId: '1.012783',
    channel: 'in-person',
  };
  return {
    specversion: '1.0',
    source: '/one-stop/office',
    id: `${dossierId(n)}-${status}`,
    type: 'dossier.status.v1',
    time,
    data: { dossierId: dossierId(n), status, ...dimensions, ...data },
  };
}

/** Received ten days ago and settled now, two days before or after its due date. */
const settled = (n: number, punctuality: 'late' | 'in time') => [
  statusEvent(n, 'received', inDays(-10), {
    receivedAt: inDays(-10),
    dueAt: inDays(punctuality === 'late' ? -2 : 2),
    dueBasis: 'receipt-slip',
  }),
  statusEvent(n, 'completed', inDays(0), { finishedAt: inDays(0) }),
];

const UNIT = {
  specversion: '1.0',
  source: '/one-stop/office',
  id: 'unit-H19.12',
  type: 'unit.declared.v1',
  time: inDays(-20),
  data: {
    unitId: 'H19.12',
    name: 'Sở Thử nghiệm',
    parentId: null,
    handlesProcedures: true,
    effectiveFrom: '2026-01-01',
  },
};

/** Names a new due date after the one that it would move, so that it moves nothing. */
const LETTER = {
  ...{ specversion: '1.0', source: '/one-stop/office', id: 'letter', type: 'dossier.apology.v1' },
  time: inDays(-1),
  data: { dossierId: dossierId(25), letterNumber: '45/TXL', date: inDays(-1), newDueAt: inDays(5) },
};

/** 24 of 25 on time: 96 % exactly, with one late, which is all that the target allows. */
const EXACTLY_MET = [
  UNIT,
  ...Array.from({ length: 24 }, (_, index) => settled(index + 1, 'in time')).flat(),
  ...settled(25, 'late'),
  LETTER,
];

async function send(server: Pick<Listening, 'url'>, events: readonly object[], key?: string) {
  const answer = await fetch(`${server.url}/v1/events`, {
    method: 'POST',
    headers: {
      'content-type': 'application/cloudevents-batch+json',
      ...(key !== undefined && { authorization: `Bearer ${key}` }),
    },
    body: JSON.stringify(events),
  });
  const body = (await answer.json()) as { accepted: number };
  assert.equal(body.accepted, events.length, JSON.stringify(body));
}

/** The pages that are loaded when they are opened, by their addresses. */
const OPENED_PAGES = [
  '?page=objective&objective=dossier-on-time',
  '?page=cascade',
  '?page=article-2',
  '?page=inspections',
  '?page=reviews',
  '?page=risks',
  '?page=opportunities',
  '?page=staff',
  '?page=risk-scale',
  '?page=definitions',
  '?page=definition&objective=dossier-on-time',
];

describe('the page of the operations staff', { skip: noBrowser }, () => {
  const servers: Listening[] = [];
  const pages: Page[] = [];
  /** The complaints of the browser: faults of scripts, breaches of the policy, things that did not load. */
  let complaints: string[] = [];
  let browser: Browser;

  async function start(env: NodeJS.ProcessEnv = {}): Promise<Listening> {
    const server = await startListening(env);
    servers.push(server);
    return server;
  }

  async function open(address: string, options: BrowserContextOptions = {}): Promise<Page> {
    const context = await browser.newContext({
      viewport: { width: 1440, height: 900 },
      locale: 'vi-VN',
      ...options,
    });
    const page = await context.newPage();
    pages.push(page);
    page.setDefaultTimeout(30_000);
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(address);
    return page;
  }

  const card = (page: Page) => page.locator('article.card').first();
  const value = (page: Page) => card(page).locator('.figure strong');
  const verdict = (page: Page) => card(page).locator('.verdict');
  /** Where the focused link leads. */
  const focused = (page: Page) => page.locator(':focus').getAttribute('href');
  const textOf = async (locator: Locator) => (await locator.textContent()) ?? '';
  const shows = (page: Page, text: string) => page.getByText(text).first().waitFor();

  /** Where 24 of 25 are on time, for tests that only look. */
  let office: Listening;
  /** Where one more was late, for tests that only look. */
  let behind: Listening;

  before(async () => {
    browser = await startBrowser();
    office = await startListening();
    await send(office, EXACTLY_MET);
    behind = await startListening();
    await send(behind, [...EXACTLY_MET, ...settled(26, 'late')]);
  });
  afterEach(async () => {
    for (const page of pages.splice(0)) await page.context().close();
    for (const server of servers.splice(0)) await server.close();
    complaints = [];
  });
  after(async () => {
    await browser.close();
    for (const server of [office, behind]) await server.close();
  });

  test('a fresh install shows how to send the first event, and that event makes figures appear', async () => {
    const server = await start();
    const page = await open(server.url);
    await shows(page, 'Chưa có sự kiện nào');
    const command = await textOf(page.locator('#welcome pre'));
    const [, address = '', event = ''] = /POST (\S+)[\s\S]*-d '([\s\S]*)'$/.exec(command) ?? [];
    assert.equal(address, `${server.url}/v1/events`);
    const answer = await fetch(address, {
      method: 'POST',
      headers: { 'content-type': 'application/cloudevents+json' },
      body: event,
    });
    assert.equal(((await answer.json()) as { accepted: number }).accepted, 1);
    await card(page).waitFor();
    assert.equal(await page.locator('#welcome').isVisible(), false);
    assert.match(await textOf(verdict(page)), /Chưa tính được/);
    assert.deepEqual(complaints, []);
  });

  test('figures move without a reload, and a status is never shown by colour alone', async () => {
    const server = await start();
    await send(server, EXACTLY_MET);
    const page = await open(server.url);
    await shows(page, 'Trực tiếp');
    await eventually(async () => (await textOf(value(page))) === '96%');
    assert.match(await textOf(verdict(page)), /✓\s*Đạt$/);
    assert.equal(await card(page).getAttribute('data-verdict'), 'assured');
    await shows(page, 'Không được có thêm hồ sơ trễ nào');

    // 24 ÷ 26 = 92.307…; the target allows 1 of 26 late, and 2 are.
    await send(server, settled(26, 'late'));
    await eventually(async () => (await textOf(value(page))) === '92,31%');
    assert.match(await textOf(verdict(page)), /✕\s*Không đạt$/);
    await shows(page, 'Vượt mức cho phép 1 hồ sơ trễ');
    assert.match(await textOf(page.locator('#announce')), /Không đạt/);
    assert.deepEqual(complaints, []);
  });

  test('from a figure to its dossiers to the timeline of one, and back; the address names the place', async () => {
    const page = await open(office.url);
    await page.getByRole('combobox', { name: 'Theo', exact: true }).selectOption('field');
    const row = page.locator('#breakdown').getByRole('row', { name: FIELD });
    await row.getByRole('link', { name: '1', exact: true }).click();

    const panel = page.getByRole('dialog');
    await panel.getByRole('link', { name: dossierId(25) }).click();
    await panel.getByRole('heading', { name: `Hồ sơ ${dossierId(25)}` }).waitFor();
    assert.match(page.url(), /#\/dossier\/H19\.12-261101-0025$/);
    await panel.getByText('Sở Thử nghiệm').waitFor();
    const steps = await panel.locator('.timeline li b').allTextContents();
    assert.deepEqual(steps, ['Tiếp nhận', 'Văn bản xin lỗi 45/TXL', 'Đã xử lý xong']);
    const [letter, ...findings] = await panel.locator('.findings li').allTextContents();
    assert.match(letter ?? '', /^45\/TXL ngày .* · nêu hẹn trả .*, không dời hẹn trả$/);
    assert.deepEqual(findings, [
      'Gia hạn trong hoặc sau ngày hẹn trả: quy định yêu cầu trước ít nhất một ngày',
    ]);
    assert.match(await textOf(panel.locator('.account')), /^Trễ hạn trễ \d ngày làm việc \(\d ngày lịch\)$/);

    await page.goBack();
    await panel.getByRole('heading', { name: 'Căn cứ của con số' }).waitFor();
    await panel.getByRole('button', { name: 'Đóng' }).click();
    await panel.waitFor({ state: 'hidden' });

    const elsewhere = await open(`${office.url}/#/dossier/${dossierId(7)}`);
    await elsewhere.getByRole('heading', { name: dossierId(7) }).waitFor();
    assert.deepEqual(complaints, []);
  });

  test('an unknown dossier is reported as unknown', async () => {
    const page = await open(`${office.url}/#/dossier/UNKNOWN`);
    await page.getByRole('dialog').getByRole('alert').getByText('Không tìm thấy.').waitFor();
  });

  test('a route that the page does not have is said to be unknown', async () => {
    const page = await open(`${office.url}/#/abc`);
    const panel = page.getByRole('dialog', { name: 'Không có trang này' });
    await panel.getByText('Địa chỉ “#/abc” không dẫn đến trang nào.').waitFor();
    assert.equal(await panel.getByRole('alert').count(), 0);
  });

  test('before the first event nothing is known, which no box calls a fault', async () => {
    const page = await open(`${office.url}/?asOf=${encodeURIComponent(inDays(-1))}`);
    for (const box of ['breakdown', 'work'])
      await page
        .locator(`[aria-labelledby=${box}-title]`)
        .getByText('Chưa biết gì vào thời điểm đó')
        .waitFor();
    assert.equal(await page.locator('.problem').count(), 0);
    assert.equal(await textOf(value(page)), '–');
    assert.match(await textOf(card(page).locator('.fraction')), /^– hồ sơ/);
  });

  test('the tools stand beside the filters, and alerts before the breakdown on a phone', async () => {
    const page = await open(office.url);
    const topOf = async (selector: string) => (await page.locator(selector).boundingBox())?.y ?? Number.NaN;
    await page.locator('#breakdown table').waitFor();
    assert.ok((await topOf('.tools')) < 60);
    assert.ok(Math.abs((await topOf('.tools')) - (await topOf('#filters'))) < 20);
    await page.setViewportSize({ width: 360, height: 740 });
    assert.ok((await topOf('#alerts')) < (await topOf('#trend')));
    assert.ok((await topOf('#trend')) < (await topOf('#quality')));
  });

  test('everything is reached and left by keyboard', async () => {
    const page = await open(office.url);
    const late = page.locator('.detail').getByRole('link', { name: '1 Trễ hạn' });
    await late.waitFor();
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate('document.activeElement.textContent'), 'Đến phần số liệu');
    for (let presses = 0; presses < 40; presses++) {
      await page.keyboard.press('Tab');
      if ((await focused(page)) === (await late.getAttribute('href'))) break;
    }
    await page.keyboard.press('Enter');
    const panel = page.getByRole('dialog');
    await panel.getByRole('link', { name: dossierId(25) }).waitFor();
    assert.equal(await page.evaluate("document.activeElement.closest('dialog') !== null"), true);
    await page.keyboard.press('Escape');
    await panel.waitFor({ state: 'hidden' });
    assert.equal(await focused(page), await late.getAttribute('href'));
  });

  test('the language is switched at once and kept', async () => {
    const page = await open(office.url);
    await card(page).waitFor();
    assert.equal(await page.getAttribute('html', 'lang'), 'vi');
    await page.getByRole('button', { name: 'Switch to English' }).click();
    await shows(page, 'Dossiers settled on time or early');
    await page.reload();
    await shows(page, 'No room for one more late dossier');
    assert.equal(await page.getAttribute('html', 'lang'), 'en');
  });

  test('the first visit is in the language of the browser', async () => {
    const page = await open(office.url, { locale: 'en-GB' });
    await shows(page, 'Dossiers settled on time or early');
    assert.equal(await page.getAttribute('html', 'lang'), 'en');
  });

  test('a server with keys is asked with the key that the user gives, which stays in the tab', async () => {
    const path = join(emptyDir(), 'keys.json');
    const key = createApiKey(path, 'duty', ['feed', 'read'], new Date());
    const server = await start({ API_KEYS_FILE: path });
    await send(server, EXACTLY_MET, key);
    const page = await open(server.url);
    const dialog = page.getByRole('dialog', { name: 'Cần khóa truy cập' });
    await dialog.getByLabel('Khóa').fill('nhip_wrong');
    await dialog.getByRole('button', { name: 'Dùng khóa này' }).click();
    await dialog.getByText('Máy chủ không chấp nhận khóa đó.').waitFor();
    await dialog.getByLabel('Khóa').fill(key);
    await page.keyboard.press('Enter');
    await eventually(async () => (await textOf(value(page))) === '96%');
    await shows(page, 'Trực tiếp');
    assert.equal(await page.evaluate('JSON.stringify(localStorage)'), '{}');
    assert.equal(await page.evaluate("sessionStorage.getItem('nhip.key')"), key);
  });

  test('a user who gives no key is not asked again, and sees the reason for the empty page', async () => {
    const path = join(emptyDir(), 'keys.json');
    createApiKey(path, 'duty', ['read'], new Date());
    const server = await start({ API_KEYS_FILE: path });
    const page = await open(server.url);
    await page.getByRole('dialog').getByRole('button', { name: 'Hủy' }).click();
    await page.getByRole('heading', { name: 'Cần khóa có quyền xem' }).waitFor();
    assert.equal(await page.getByRole('dialog').count(), 0);
    await page.locator('main').getByRole('button', { name: 'Nhập khóa' }).click();
    await page.getByRole('dialog', { name: 'Cần khóa truy cập' }).waitFor();
  });

  for (const right of ['feed', 'duty'] as const)
    test(`a key with ${right} alone shows that it may not read, and nothing that reassures`, async () => {
      const path = join(emptyDir(), 'keys.json');
      const sender = createApiKey(path, 'sender', ['feed'], new Date());
      const key = createApiKey(path, right, [right], new Date());
      const server = await start({
        ...{ API_KEYS_FILE: path, OBJECTIVES_FILE: 'tests/fixtures/eager-objectives.json' },
      });
      await send(server, [...EXACTLY_MET, ...settled(26, 'late')], sender);
      const page = await open('about:blank');
      await page.addInitScript({ content: `sessionStorage.setItem('nhip.key', '${key}')` });
      await page.goto(server.url);
      await page.getByRole('heading', { name: 'Cần khóa có quyền xem' }).waitFor();
      await page.locator('#live', { hasText: 'Chưa được xem số liệu' }).waitFor();
      const body = await page.locator('body').innerText();
      for (const said of ['Mất kết nối', 'đang nối lại', 'Không có tin lỗi', 'Trực tiếp'])
        assert.ok(!body.includes(said), said);
      await eventually(async () => (await page.locator('#alerts').count()) === (right === 'duty' ? 1 : 0));
      if (right === 'duty') await page.locator('#alerts').getByRole('link', { name: 'Hồ sơ' }).waitFor();
    });

  test('a lost connection is reported, nothing stays green, and the page comes back by itself', async () => {
    const first = await startServer();
    await send(first, EXACTLY_MET);
    const page = await open('about:blank');
    await page.clock.install();
    await page.goto(first.url);
    await shows(page, 'Trực tiếp');
    await eventually(async () => (await card(page).getAttribute('data-verdict')) === 'assured');

    await page.locator('#alerts').getByText('Không có cảnh báo nào đang mở.').waitFor();
    await first.kill();
    await shows(page, 'Mất kết nối từ');
    await page.clock.fastForward(2_000);
    await eventually(async () => (await card(page).getAttribute('data-verdict')) === 'doubtful');
    await shows(page, 'Trang không nhận được số liệu mới');
    // Unknown figures are shown as unknown, and only the banner gives the reason.
    for (const box of ['#alerts', '#quality', '#work']) {
      assert.equal(await textOf(page.locator(box)), 'Chưa rõ', box);
    }
    await page.clock.fastForward(40_000);
    await eventually(async () => (await textOf(page.locator('#live'))).includes('đang nối lại'));
    assert.equal(await page.locator('.problem').count(), 0);
    assert.equal(await page.locator('#banner p').count(), 1);

    const again = await start({ DATA_DIR: first.dataDir, PORT: new URL(first.url).port });
    await page.clock.fastForward(40_000);
    await shows(page, 'Trực tiếp');
    await eventually(async () => (await card(page).getAttribute('data-verdict')) === 'assured');
    await send(again, settled(26, 'late'));
    await eventually(async () => (await textOf(value(page))) === '92,31%');
  });

  test('a doubt removes the green from a met target, and the card gives the reason', async () => {
    const server = await start();
    await send(server, EXACTLY_MET);
    const page = await open(server.url);
    await eventually(async () => (await card(page).getAttribute('data-verdict')) === 'assured');
    assert.equal(await card(page).locator('.doubts').count(), 0);
    const headers = { 'content-type': 'application/cloudevents-batch+json' };
    const body = JSON.stringify([{ specversion: '1.0', id: 'bad', type: 'dossier.status.v1' }]);
    await fetch(`${server.url}/v1/events`, { method: 'POST', headers, body });
    await eventually(async () => (await card(page).getAttribute('data-verdict')) === 'doubtful');
    assert.match(await textOf(verdict(page)), /\?\s*Đạt, nhưng chưa chắc$/);
    assert.deepEqual(await card(page).locator('.doubts li').allTextContents(), ['1 tin lỗi chưa xử lý']);
  });

  test('of more rejected events than are listed, the page states how many it shows', async () => {
    const server = await start();
    await send(server, EXACTLY_MET);
    const body = JSON.stringify(
      Array.from({ length: 7 }, (_, n) => ({ specversion: '1.0', id: `bad-${n}` })),
    );
    const headers = { 'content-type': 'application/cloudevents-batch+json' };
    await fetch(`${server.url}/v1/events`, { method: 'POST', headers, body });
    const page = await open(server.url);
    await page.locator('#quality').getByText('hiện 5 trong số 7').waitFor();
    assert.equal(await page.locator('#quality li li').count(), 5);
  });

  test('an alert appears by itself, the duty officer acknowledges it, and everybody sees the name', async () => {
    const server = await start({ OBJECTIVES_FILE: 'tests/fixtures/eager-objectives.json' });
    await send(server, EXACTLY_MET);
    const page = await open(server.url);
    const alerts = page.locator('#alerts');
    await alerts.getByText('Không có cảnh báo nào đang mở.').waitFor();
    await send(server, settled(26, 'late'));
    await alerts.getByText('Đang báo').waitFor();
    await alerts.getByText('92,31%, mục tiêu 96% (24/26)').waitFor();

    await alerts.getByRole('button', { name: 'Nhận xử lý' }).click();
    await page.getByLabel('Tên người nhận').fill('Lan');
    await page.keyboard.press('Enter');
    await alerts.getByText(/^Lan đã nhận lúc/).waitFor();
    assert.equal(await alerts.getByRole('button').count(), 0);
    assert.deepEqual(complaints, []);
  });

  test('the first load is small, and a figure that moves costs little more than itself', async () => {
    const server = await start();
    await send(server, EXACTLY_MET);
    const page = await open('about:blank');
    const line = await page.context().newCDPSession(page);
    await line.send('Network.enable');
    const asked = new Map<string, string>();
    let bytes = 0;
    line.on('Network.requestWillBeSent', ({ requestId, request }) => asked.set(requestId, request.url));
    line.on('Network.responseReceived', ({ response }) => {
      bytes += response.encodedDataLength;
    });
    line.on('Network.dataReceived', ({ encodedDataLength }) => {
      bytes += encodedDataLength;
    });
    await page.goto(server.url);
    await shows(page, 'Trực tiếp');
    await page.locator('#breakdown table').waitFor();
    await page.locator('#alerts .empty').waitFor();
    await page.locator('.uplot').waitFor();
    const paths = [...asked.values()].map((address) => new URL(address).pathname);
    assert.ok(asked.size <= 16, paths.join(' '));
    assert.ok(bytes <= 150_000, `${bytes} bytes`);

    const [load, requests] = [bytes, asked.size];
    await send(server, settled(26, 'late'));
    await eventually(async () => (await textOf(value(page))) === '92,31%');
    const cells = page.locator('#breakdown td');
    await eventually(async () => (await cells.allTextContents()).includes('24\u00a0/\u00a026'));
    const again = [...asked.values()].slice(requests).map((address) => new URL(address));
    // The figure came by the stream, and of the series only its end.
    assert.ok(!again.some(({ pathname }) => pathname === '/v1/objectives'), again.join(' '));
    const series = again.filter(({ pathname }) => pathname.endsWith('/series'));
    assert.ok(
      series.every(({ searchParams }) => searchParams.has('since')),
      series.join(' '),
    );
    assert.ok(bytes - load <= 20_000, `${bytes - load} bytes for one change`);
  });

  test('from a card to the page of its objective, whose bundle is loaded then, and back', async () => {
    const page = await open(office.url);
    const scripts: string[] = [];
    page.on('request', (request) => request.resourceType() === 'script' && scripts.push(request.url()));
    await card(page).getByRole('link', { name: 'Chi tiết' }).click();
    await page.getByRole('heading', { name: 'Các nhóm và căn cứ' }).waitFor();
    assert.equal(scripts.length, 1, scripts.join(' '));
    assert.match(page.url(), /\?page=objective&objective=dossier-on-time$/);
    assert.equal(await page.evaluate('document.activeElement.localName'), 'main');
    const late = page
      .getByRole('region', { name: 'Các nhóm và căn cứ' })
      .getByRole('row', { name: /^Trễ hạn 1/ });
    assert.deepEqual(await late.locator('td').allTextContents(), ['1', 'không đạt']);
    await late.getByRole('link').click();
    await page
      .getByRole('dialog')
      .getByRole('link', { name: dossierId(25) })
      .waitFor();
    await page.goBack();
    await page.goBack();
    await page.locator('#cards').waitFor();
    await page.goForward();
    await page.getByRole('heading', { name: 'Các nhóm và căn cứ' }).waitFor();
    assert.deepEqual(complaints, []);
  });

  test('a risk is entered, assessed and planned by forms that keep what is wrong beside its field', async () => {
    const server = await start();
    await send(server, EXACTLY_MET);
    const page = await open(`${server.url}/?page=risks`);
    await shows(page, 'Không có rủi ro nào trong danh sách này.');
    await page.getByRole('button', { name: 'Thêm rủi ro' }).click();
    const form = page.getByRole('dialog', { name: 'Thêm rủi ro' });
    await form.getByLabel('Đơn vị').selectOption('H19.12');
    await form.getByRole('button', { name: 'Thêm rủi ro' }).click();
    const description = form.getByLabel('Mô tả rủi ro');
    assert.equal(await description.getAttribute('aria-invalid'), 'true');
    assert.equal(await page.evaluate('document.activeElement.name'), 'description');
    assert.equal(await form.getByText('Cần điền ô này.').count(), 2);
    await description.fill('Hồ sơ dồn vào cuối tháng');
    await form.getByLabel('Nguồn nhận diện').selectOption('staff');
    await form.getByRole('button', { name: 'Thêm rủi ro' }).press('Enter');
    await form.waitFor({ state: 'detached' });

    await page.getByRole('link', { name: 'Hồ sơ dồn vào cuối tháng' }).click();
    const panel = page.locator('#panel');
    const act = async (name: string, fill: (shown: Locator) => Promise<unknown>) => {
      await panel.getByRole('button', { name }).click();
      const shown = page.getByRole('dialog', { name });
      await fill(shown);
      await shown.getByRole('button', { name }).click();
      await shown.waitFor({ state: 'detached' });
    };
    await act('Đánh giá', async (shown) => {
      await shown.getByLabel('Khả năng xảy ra').selectOption('4');
      await shown.getByLabel('Mức độ ảnh hưởng').selectOption('5');
    });
    await panel.getByText('4 × 5 = 20 (Rất cao)').waitFor();
    await act('Lập phương án xử lý', async (shown) => {
      await shown.getByLabel('Phương án xử lý').selectOption('reduce');
      await shown.getByLabel('Biện pháp').fill('Thêm người thẩm định');
      await shown.getByLabel('Người chịu trách nhiệm').fill('Lan');
      await shown.getByLabel('Hạn xử lý').fill('2030-01-15');
    });
    await panel.getByText('Đã lên phương án').waitFor();
    // The head has not approved it.
    await panel.getByRole('button', { name: 'Duyệt phương án' }).waitFor();
    assert.equal(await panel.getByRole('button', { name: 'Báo đã xử lý' }).count(), 0);
    // Another person states something meanwhile; what was entered stays in the form under the reason.
    await panel.getByRole('button', { name: 'Đánh giá' }).click();
    const anew = page.getByRole('dialog', { name: 'Đánh giá' });
    await anew.getByLabel('Khả năng xảy ra').selectOption('1');
    const { items } = (await (await fetch(`${server.url}/v1/risks`)).json()) as { items: { id: string }[] };
    const review = await fetch(`${server.url}/v1/risks/${items[0]?.id}/review`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'if-match': '"3"' },
      body: JSON.stringify({ outcome: 'stands', comment: 'Meanwhile' }),
    });
    assert.equal(review.status, 200, await review.text());
    await anew.getByRole('button', { name: 'Đánh giá' }).click();
    await anew.getByRole('alert').getByText('Nội dung đã thay đổi từ khi mở.').waitFor();
    assert.equal(await anew.getByLabel('Khả năng xảy ra').inputValue(), '1');
    await page.keyboard.press('Escape');
    await anew.waitFor({ state: 'detached' });
    await page.keyboard.press('Escape');
    await page.locator('.matrix td[data-level=very-high]', { hasText: 'điểm 20: 1 rủi ro' }).waitFor();
    await page.locator('.level', { hasText: '20 Rất cao' }).waitFor();
  });

  test('a review of an objective is recorded on its page, and its action is listed until it ends', async () => {
    const server = await start();
    await send(server, EXACTLY_MET);
    const page = await open(`${server.url}/?page=objective&objective=dossier-on-time`);
    const movement = page.locator('#movement');
    await movement.getByText(/^Không so sánh được bằng điểm từ .* hồ sơ trước hạn và đúng hạn/).waitFor();
    await movement.getByRole('button', { name: 'Trễ hạn' }).click();
    await movement.locator('#movement-list tbody tr').first().waitFor();
    await page.emulateMedia({ media: 'print' });
    assert.ok((await movement.locator('th[scope=row]').allInnerTexts()).includes('Trễ hạn'));
    await page.emulateMedia({ media: 'screen' });
    await page.getByRole('button', { name: 'So sánh' }).click();
    const definitions = page.locator('#definitions');
    await definitions.getByRole('row', { name: 'Giải quyết trong kỳ' }).getByText('96%').waitFor();
    await definitions.getByRole('button', { name: 'Biểu 06 của TD.DichVuCong' }).click();
    await definitions.locator('#compared').getByRole('button', { name: 'Chưa trả kết quả trong kỳ' }).click();
    await definitions.locator('#parted tbody tr').first().getByText('So ngày kết thúc xử lý').waitFor();
    await page.getByRole('combobox', { name: 'Theo', exact: true }).selectOption('field');
    await page.locator('#breakdown').getByRole('row', { name: FIELD }).waitFor();
    assert.ok((await definitions.locator('#parted tbody tr').count()) > 0, 'they have no dimension');
    const act = async (name: string, fill: (shown: Locator) => Promise<unknown>) => {
      await page.getByRole('button', { name }).click();
      const shown = page.getByRole('dialog', { name });
      await fill(shown);
      await shown.getByRole('button', { name }).click();
      await shown.waitFor({ state: 'detached' });
    };
    await act('Ghi cuộc rà soát', async (shown) => {
      await shown.getByLabel('Kết quả rà soát').fill('Thiếu người thẩm định\n\nHồ sơ dồn cuối tháng');
      await shown.getByLabel('Kết luận').fill('Bổ sung người');
    });
    const reviews = page.locator('#reviews');
    assert.deepEqual(await reviews.locator('ul ul li').allTextContents(), [
      'Thiếu người thẩm định',
      'Hồ sơ dồn cuối tháng',
    ]);
    await reviews.getByText('lúc đó: 96%').waitFor();
    await act('Thêm việc', async (shown) => {
      await shown.getByLabel('Việc phải làm').fill('Điều hai người');
      await shown.getByLabel('Người chịu trách nhiệm').fill('Lan');
      await shown.getByLabel('Hạn').fill('2030-01-15');
    });
    await page.getByRole('link', { name: 'Rà soát', exact: true }).click();
    await page
      .locator('#actions')
      .getByRole('row', { name: 'Điều hai người' })
      .getByText('15/01/2030')
      .waitFor();
    await act('Kết thúc việc', async (shown) => {
      await shown.getByLabel('Việc phải làm').selectOption('1');
      await shown.getByLabel('Kết luận').selectOption('done');
      await shown.getByLabel('Kết quả, minh chứng').fill('Báo cáo số 15');
    });
    await page.locator('#actions').getByText('Không có việc nào trong danh sách này.').waitFor();
    assert.deepEqual(complaints, []);
  });

  test('an objective is defined after a look at its past, changed upon a conflict that is shown, and closed', async () => {
    const server = await start();
    const procedure = {
      ...{ ...UNIT, id: 'procedure-1.012783', type: 'procedure.declared.v1' },
      data: { procedureId: '1.012783', name: 'Đăng ký đất đai lần đầu', effectiveFrom: '2026-01-01' },
    };
    await send(server, [...EXACTLY_MET, procedure]);
    const page = await open(`${server.url}/?page=definitions`);
    await page.getByRole('link', { name: 'Đặt mục tiêu mới' }).click();
    await page.getByLabel('Bắt đầu từ').selectOption('copy dossier-on-time');
    await page.getByLabel('Mã', { exact: true }).fill('Land on time');
    const target = page.getByLabel('Chỉ tiêu', { exact: true });
    await target.fill('97 %');
    await page.getByLabel('Mục tiêu cấp trên').selectOption('dossier-on-time');
    const only = page.getByLabel('Chỉ thủ tục');
    await page
      .locator('datalist option', { hasText: 'Đăng ký đất đai lần đầu' })
      .waitFor({ state: 'attached' });
    await only.fill('1.9');
    await shows(page, 'Mã này chưa được khai báo.');
    await only.fill('1.012783');
    await page.locator('form small', { hasText: 'Đăng ký đất đai lần đầu' }).waitFor();
    const preview = page.getByRole('button', { name: 'Xem trước' });
    await preview.click();
    const id = page.getByLabel('Mã', { exact: true });
    await page.getByText('Chỉ gồm chữ thường không dấu, chữ số và gạch nối').waitFor();
    assert.equal(await id.getAttribute('aria-invalid'), 'true');
    await id.fill('land-on-time');
    await preview.click();
    // 24 of 25 are 96 %: the tried target would be missed.
    const month = page.locator('.preview tbody tr').last();
    await month.waitFor();
    assert.deepEqual(await month.locator('td').allTextContents(), ['96%', '24\u00a0/\u00a025', 'Không đạt']);
    const reason = page.getByLabel('Lý do');
    await reason.fill('Đất đai chậm');
    await page.getByRole('button', { name: 'Lưu' }).click();
    await page.getByRole('heading', { name: 'Lịch sử định nghĩa' }).waitFor();
    await page.getByText('Đất đai chậm').waitFor();

    await page.getByRole('link', { name: 'Thay đổi, kết thúc' }).click();
    await page.getByLabel('Phiên bản').selectOption('1');
    await page.getByLabel('Văn bản giao chỉ tiêu').fill('Quyết định 7');
    await preview.click();
    await reason.fill('Sửa số văn bản');
    const address = `${server.url}/v1/objectives/land-on-time/definition`;
    const stated = await fetch(address);
    const { definition } = (await stated.json()) as { definition: object };
    const etag = stated.headers.get('etag') ?? '';
    const headers = { 'content-type': 'application/json', 'if-match': etag };
    const body = JSON.stringify({ definition: { ...definition, target: '0.95' }, reason: 'Meanwhile' });
    assert.equal((await fetch(address, { method: 'PUT', headers, body })).status, 200);
    await page.getByRole('button', { name: 'Lưu' }).click();
    const meanwhile = page.getByRole('alert').filter({ hasText: 'đã được thay đổi từ khi mở' });
    await meanwhile.getByText('Meanwhile').waitFor();
    assert.equal(await textOf(meanwhile.locator('.changes')), 'Chỉ tiêu95% trước: 97%');
    await meanwhile.getByRole('button', { name: 'Đưa thay đổi đó vào biểu mẫu' }).click();
    await eventually(async () => (await target.inputValue()) === '95%');
    assert.equal(await page.getByLabel('Văn bản giao chỉ tiêu').inputValue(), 'Quyết định 7');
    await page.getByLabel('Phiên bản').selectOption('1');
    await preview.click();
    assert.equal(
      await textOf(page.locator('.preview .changes')),
      'Văn bản giao chỉ tiêuQuyết định 7 trước: Quyết định 124/QĐ-VP ngày 05/10/2023',
    );
    await reason.fill('Sửa số văn bản');
    await page.getByRole('button', { name: 'Lưu' }).click();
    await page.getByText('Sửa số văn bản').waitFor();

    await page.goto(`${server.url}/?page=definition&objective=dossier-on-time`);
    await page.getByRole('button', { name: 'Kết thúc mục tiêu' }).click();
    const close = page.getByRole('dialog', { name: 'Kết thúc mục tiêu' });
    await close.getByText('Các mục tiêu phục vụ mục tiêu này vẫn tiếp tục: Hồ sơ giải quyết').waitFor();
    await close.getByLabel('Ngày cuối cùng').fill('2026-01-31');
    await close.getByLabel('Lý do').fill('Có quyết định mới');
    await close.getByRole('button', { name: 'Kết thúc mục tiêu' }).click();
    await page.getByText('Kết thúc ngày 31/01/2026: Có quyết định mới').waitFor();
    await page.getByRole('button', { name: 'Mở lại' }).waitFor();
    // Before it was defined it had no figure to compare with: 404.
    assert.deepEqual(
      complaints.filter((text) => !/40[049]|412/.test(text)),
      [],
    );
  });

  test('a person is found by the id of the office, by keyboard, and an unknown id is answered', async () => {
    const server = await start();
    const job = { unitId: 'H19.12', kind: 'civil-servant', positionVersion: 'CV/1', from: '2024-01-01' };
    const event = { specversion: '1.0', source: '/hr', type: 'staff.assigned.v1', time: '2024-01-01' };
    const lastYear = Number(inDays(0).slice(0, 4)) - 1;
    const rating = {
      ...{ ...event, id: 'r-5', type: 'staff.rating.v1', time: `${lastYear}-12-12` },
      data: {
        ...{ staffRef: 'CB-0005', ratedYear: lastYear, level: 'good', ruleSet: 'nd-90-48' },
        ...{ decisionNumber: '512/QĐ-VP', decisionDate: `${lastYear}-12-12` },
      },
    };
    await send(server, [UNIT, { ...event, id: 'a-5', data: { ...job, staffRef: 'CB-0005' } }, rating]);
    const page = await open(`${server.url}/?page=staff`);
    const id = page.getByLabel('Mã của Văn phòng');
    await id.fill('CB-0006');
    await id.press('Enter');
    await page.getByText('Chưa có hồ sơ nào của “CB-0006”.').waitFor();
    await id.fill('CB-0005');
    await id.press('Enter');
    await page.locator('#panel').getByText('Bố trí công tác').waitFor();
    assert.match(new URL(page.url()).hash, /^#\/person\/p-[0-9a-f]{32}$/, 'the address has no id');
    assert.equal(await page.getByText('Chưa có hồ sơ nào').count(), 0);
    await page.keyboard.press('Escape');
    await page.getByLabel('Danh sách').selectOption('good');
    for (const [year, rows] of [
      [lastYear + 1, 0],
      [lastYear, 1],
    ] as const) {
      await page.getByLabel('Năm xếp loại').selectOption(String(year));
      await eventually(async () => (await page.locator('#staff tbody tr').count()) === rows);
    }

    const names = [{ staffRef: 'CB-0005', name: 'Nguyễn Thị Lan' }];
    const headers = { 'content-type': 'application/json' };
    await fetch(`${server.url}/v1/staff/names`, { method: 'PUT', headers, body: JSON.stringify({ names }) });
    await page.reload();
    await page.getByLabel('Danh sách').selectOption('good');
    await page.locator('#staff').getByRole('link', { name: 'Nguyễn Thị Lan' }).waitFor();
    await id.fill('nguyen lan');
    await id.press('Enter');
    await page.locator('.found').getByRole('link', { name: 'Nguyễn Thị Lan' }).click();
    await page.locator('#panel').getByText('Nguyễn Thị Lan').waitFor();
    assert.match(page.url(), /\?page=staff#\/person\/p-[0-9a-f]{32}$/, 'the address has no name');
    await page.getByRole('button', { name: 'Sửa họ tên' }).click();
    const form = page.getByRole('dialog', { name: 'Sửa họ tên' });
    await form.getByLabel('Họ tên').fill('Trần Thị Lan\u200b');
    await form.getByRole('button', { name: 'Sửa họ tên' }).click();
    await form.getByText('no control, invisible').waitFor();
    await form.getByLabel('Họ tên').fill('Trần Thị Lan');
    await form.getByRole('button', { name: 'Sửa họ tên' }).click();
    await page.locator('#panel').getByText('Trần Thị Lan').waitFor();
    await page.getByRole('button', { name: 'Xóa họ tên' }).click();
    await page
      .getByRole('dialog', { name: 'Xóa họ tên' })
      .getByRole('button', { name: 'Xóa họ tên' })
      .click();
    await page.getByRole('button', { name: 'Ghi họ tên' }).waitFor();
    await eventually(async () => (await page.getByText('Thị Lan').count()) === 0);
    assert.deepEqual(
      complaints.filter((text) => !/40[04]/.test(text)),
      [],
    );
  });

  test('an inspection is planned, visited and concluded by forms, and counts on the open page', async () => {
    const server = await start({ OFFICE_UNIT: 'H19' });
    await send(server, [
      ...[{ ...UNIT, data: { ...UNIT.data, parentId: 'H19' } }, ...settled(1, 'in time')],
      { ...UNIT, id: 'unit-H19', data: { ...UNIT.data, unitId: 'H19', name: 'Văn phòng' } },
    ]);
    const page = await open(`${server.url}/?page=inspections`);
    const catalogues: string[] = [];
    page.on('request', (request) => /\/v1\/fields/.test(request.url()) && catalogues.push(request.url()));
    await page.reload();
    await page.getByText('Không có cuộc kiểm tra nào').first().waitFor();
    assert.deepEqual(catalogues, [], 'asked for by the form that needs it');
    const act = async (name: string, fill: (shown: Locator) => Promise<unknown>) => {
      await page.getByRole('button', { name }).click();
      const shown = page.getByRole('dialog', { name });
      await fill(shown);
      await shown.getByRole('button', { name }).click();
      return shown;
    };
    const today = new Date(NOW + 7 * 3_600_000).toISOString().slice(0, 10);
    await act('Đưa vào kế hoạch', async (shown) => {
      await shown.getByRole('button', { name: 'Đưa vào kế hoạch' }).click();
      await shown.getByText('Cần điền ô này.').first().waitFor();
      assert.equal(await page.evaluate('document.activeElement.value'), 'H19', 'the first unit');
      await page.keyboard.press('Space');
      await page.keyboard.press('Tab');
      await page.keyboard.press('Tab');
      await page.keyboard.press('Space');
      await shown.getByText('Đã chọn 2 trong 2').waitFor();
      await shown.getByLabel('Loại').selectOption('par');
      await shown.getByLabel('Kiểm tra đến hết ngày').fill(today);
      // The answer about the second is lost: sent again, none is entered twice.
      await page.route('**/v1/inspections', async (route) => {
        if (!route.request().postData()?.includes('H19.12')) return route.continue();
        await route.fetch();
        return route.abort();
      });
      await shown.getByRole('button', { name: 'Đưa vào kế hoạch' }).click();
      await shown.getByText('Đã ghi 1: Văn phòng.').waitFor();
      await shown.getByText('Chưa ghi được: Sở Thử nghiệm').waitFor();
      await page.unroute('**/v1/inspections');
    });
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    assert.equal(await page.locator('#inspections tbody tr').count(), 2);
    await page.locator('#inspections').getByRole('link', { name: 'Sở Thử nghiệm' }).click();
    const form = await act('Ghi buổi kiểm tra', (shown) =>
      shown.getByLabel('Ngày kết thúc').fill('2099-01-01'),
    );
    await form.getByText('Ngày này chưa đến.').waitFor();
    assert.equal(await page.evaluate('document.activeElement.name'), 'visitedAt');
    await form.getByLabel('Ngày kết thúc').fill(today);
    await form.getByRole('button', { name: 'Ghi buổi kiểm tra' }).click();
    await page.locator('#panel .account').getByText('Đã kiểm tra').waitFor();
    await act('Ghi kết luận', (shown) => shown.getByLabel('Ngày ban hành kết luận').fill(today));
    await page.locator('#panel .account').getByText('Đã kết luận').waitFor();
    await page.goto(`${server.url}/?page=objective&objective=inspection-coverage`);
    await page.locator('.figure strong', { hasText: '100%' }).waitFor();
    assert.equal(catalogues.length, 1);
    // Until it is known what the key may do, the scale is neither a form nor called one that it may not state.
    await page.route('**/v1/me', () => {});
    await page.goto(`${server.url}/?page=risk-scale`);
    await page.locator('#scale').getByText('Đang tải').waitFor();
    assert.equal(await page.locator('#scale').getByRole('button').count(), 0);
    assert.equal(await page.locator('#scale dl').count(), 0);
  });

  test('two people with keys: a figure is approved by the second, a report asked for and submitted, staff not shown', async () => {
    const dataDir = emptyDir();
    const now = Date.parse('2026-08-28T10:00:00+07:00');
    const make = (name: string, rights: Parameters<typeof createApiKey>[2], limits: object = {}) =>
      createApiKey(join(dataDir, 'keys.json'), name, rights, new Date(now), {
        ...{ person: name as PersonId, ...limits },
      });
    const [lan, minh, room] = [
      make('lan', ['read', 'define', 'enter', 'approve', 'feed']),
      make('minh', ['read', 'approve']),
      make('room', ['define'], { units: ['H19.13'] }),
    ];
    const server = await startInProcess(now, { DATA_DIR: dataDir, OFFICE_UNIT: 'H19' });
    try {
      const url = await server.listen();
      const office = { ...UNIT, id: 'unit-H19', data: { ...UNIT.data, unitId: 'H19', name: 'Văn phòng' } };
      const units = [
        ...[office, { ...UNIT, data: { ...UNIT.data, parentId: 'H19' } }],
        ...['H19.13', 'H19.12.01'].map((unitId) => ({
          ...{ ...UNIT, id: `unit-${unitId}` },
          data: {
            ...UNIT.data,
            unitId,
            name: `Phòng ${unitId}`,
            parentId: unitId === 'H19.13' ? 'H19' : 'H19.12',
          },
        })),
      ];
      const past = units.map((unit) => ({ ...unit, time: '2026-01-01T00:00:00Z' }));
      await send({ url }, past, lan);
      const asked = await fetch(`${url}/v1/objectives`, {
        method: 'POST',
        headers: { authorization: `Bearer ${lan}`, 'content-type': 'application/json' },
        body: JSON.stringify({ definition: templates.objectives[1], reason: 'Chỉ tiêu năm 2026' }),
      });
      assert.equal(asked.status, 201, await asked.text());
      const openAs = async (key: string, address: string) => {
        const page = await open('about:blank');
        await page.addInitScript({ content: `sessionStorage.setItem('nhip.key', '${key}')` });
        await page.goto(`${url}/${address}`);
        return page;
      };
      const act = async (
        page: Page,
        place: Locator,
        name: string,
        fill: (shown: Locator) => Promise<unknown>,
      ) => {
        await place.getByRole('button', { name }).click();
        const shown = page.getByRole('dialog', { name });
        await fill(shown);
        await shown.getByRole('button', { name }).click();
        return shown;
      };
      const nothing = async () => undefined;

      const figure = '?page=objective&objective=feedback-in-time';
      const first = await openAs(lan, figure);
      const july = (page: Page) => page.locator('#entries').getByRole('row', { name: /2026-07/ });
      await act(first, july(first), 'Nhập số liệu', async (shown) => {
        await shown.getByLabel('Số đạt').fill('40');
        await shown.getByLabel('Tổng số').fill('40');
        await shown.getByLabel('Minh chứng').fill('Báo cáo 45/BC-VP');
      });
      await july(first).getByText('chờ phê duyệt: 40 / 40').waitFor();
      const awaited = 'Đang chờ “Phê duyệt”: phải là người khác, vì bước trước do lan ghi.';
      await july(first).getByText(awaited).waitFor();
      assert.equal(await july(first).getByRole('button', { name: 'Phê duyệt' }).count(), 0);
      const second = await openAs(minh, '?page=cascade');
      const waiting = second.getByRole('table', { name: 'Số liệu nhập tay chờ phê duyệt: 1' });
      assert.match(await waiting.getByRole('row').nth(1).innerText(), /2026-07\s+40\u00a0\/\u00a040\s+lan/);
      await waiting.getByRole('link').click();
      await july(second).getByRole('button', { name: 'Từ chối' }).waitFor();
      assert.equal(await second.getByRole('button', { name: 'Thay số liệu' }).count(), 0);
      assert.match(
        await second.locator('#key-note').innerText(),
        /Khóa “minh”, người giữ minh. Quyền: xem, phê duyệt/,
      );
      await act(second, july(second), 'Phê duyệt', nothing);
      await july(second).getByText('đã phê duyệt').waitFor();
      await second.locator('.figure strong', { hasText: '100%' }).waitFor();
      // What is replaced is what the page shows.
      await july(first).getByText('đã phê duyệt').waitFor();
      await act(first, july(first), 'Thay số liệu', async (shown) => {
        await shown.getByText('Kỳ 2026-07').waitFor();
        await shown.getByLabel('Số đạt').fill('39');
        await shown.getByLabel('Tổng số').fill('40');
        await shown.getByLabel('Minh chứng').fill('Báo cáo 46/BC-VP');
        await shown.getByLabel('Lý do').fill('Đếm lại');
      });
      await july(first).getByText('chờ phê duyệt: 39 / 40 (Đếm lại)').waitFor();
      await second.reload();
      await act(second, july(second), 'Từ chối', async (shown) => {
        await shown.getByText('Kỳ 2026-07: 39 / 40, Báo cáo 46/BC-VP.').waitFor();
        await shown.getByLabel('Lý do').fill('Thiếu phiếu');
      });
      await july(second).getByText('bị từ chối: 39 / 40 (Thiếu phiếu)').waitFor();
      const proofs = july(second).locator('td[data-label="Minh chứng"] p');
      assert.deepEqual(await proofs.allTextContents(), [
        '40\u00a0/\u00a040: Báo cáo 45/BC-VPlan',
        '39\u00a0/\u00a040: Báo cáo 46/BC-VPlan',
      ]);

      await first.goto(`${url}/?page=article-2`);
      await act(
        first,
        first.locator('[aria-labelledby=article-2-title]'),
        'Yêu cầu báo cáo',
        async (shown) => {
          await shown.getByLabel('Mã yêu cầu').fill('BC-2026-08');
          await shown.getByText('Đã chọn 3 trong 3').waitFor();
          await shown.getByRole('button', { name: 'Bỏ chọn' }).click();
          await shown.getByRole('button', { name: 'Sở Thử nghiệm và 1 đơn vị bên dưới' }).press('Enter');
          await shown.getByText('Đã chọn 2 trong 3').waitFor();
          await shown.getByLabel('Nơi yêu cầu').fill('Ban Chỉ đạo');
          await shown.getByLabel('Nội dung').fill('Mẫu số 05');
          for (const [label, day] of [
            ['Từ ngày', '2026-01-01'],
            ['Đến ngày', '2026-06-30'],
            ['Ngày yêu cầu', '2026-08-20'],
            ['Hạn nộp', '2026-08-31'],
          ] as const)
            await shown.getByLabel(label).fill(day);
        },
      );
      const table = first.locator('#article-2').getByRole('row', { name: 'Sở Thử nghiệm' });
      await table.getByText('0/1 đã nộp').waitFor();
      await first.locator('#duties').getByRole('row', { name: 'Phòng H19.12.01' }).waitFor();
      assert.equal(await first.locator('#duties').getByRole('row', { name: 'Phòng H19.13' }).count(), 0);
      const duty = first.locator('#duties').getByRole('row', { name: 'Sở Thử nghiệm' });
      await act(first, duty, 'Ghi đã nộp', async (shown) => {
        await shown.getByLabel('Ngày thực hiện').fill('2026-08-28');
        await shown.getByLabel('Số văn bản').fill('15/BC-STN');
        await shown.getByLabel('Minh chứng').fill('Văn bản đến số 120');
      });
      await table.getByText('1/1 đã nộp').waitFor();

      const third = await openAs(room, '?page=article-2');
      const own = third.locator('[aria-labelledby=article-2-title]');
      await own.getByRole('button', { name: 'Ghi phổ biến mục tiêu' }).click();
      const offered = third.getByRole('dialog').getByLabel('Đơn vị').locator('option');
      assert.deepEqual(await offered.allTextContents(), ['', 'Phòng H19.13']);
      await third.keyboard.press('Escape');
      // Who is asked does not ask, and what others were asked for is not its own.
      assert.equal(await own.getByRole('button', { name: 'Yêu cầu báo cáo' }).count(), 0);
      const other = third.locator('#duties').getByRole('row', { name: 'Phòng H19.12.01' });
      await other.getByText('Chờ nộp').waitFor();
      assert.equal(await other.getByRole('button').count(), 0);
      await third.goto(`${url}/?page=definition&objective=feedback-in-time`);
      await third.getByText('Thay đổi và kết thúc mục tiêu cần khóa có quyền “define”').waitFor();
      assert.equal(await third.locator('main form').count(), 0);

      await second.goto(`${url}/?page=staff`);
      await second.getByRole('heading', { name: 'Cần quyền “staff”' }).waitFor();
      assert.equal(await second.locator('main .problem').count(), 0);
      await second.locator('main').getByRole('button', { name: 'Nhập khóa' }).waitFor();
    } finally {
      await server.close();
    }
  });

  test('the card of an objective that is closed leaves an open page', async () => {
    const server = await start();
    await send(server, EXACTLY_MET);
    const page = await open(server.url);
    await shows(page, 'Trực tiếp');
    const cards = page.locator('article.card');
    await cards.nth(1).waitFor();
    const before = await cards.count();
    const address = `${server.url}/v1/objectives/internal-e-exchange`;
    const etag = (await fetch(`${address}/definition`)).headers.get('etag') ?? '';
    const closing = await fetch(`${address}/close`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'if-match': etag },
      body: JSON.stringify({ lastDay: '2026-01-01', reason: 'Replaced by a newer decision' }),
    });
    assert.equal(closing.status, 200, await closing.text());
    await eventually(async () => (await cards.count()) === before - 1);
    await page.getByRole('heading', { name: 'nội bộ Văn phòng' }).waitFor({ state: 'detached' });
  });

  test('each objective is shown in its own window, as its alerts are, unless one is chosen', async () => {
    const file = join(emptyDir(), 'objectives.json');
    const { objectives } = JSON.parse(readFileSync('shared/measures/decision-124.json', 'utf8'));
    writeFileSync(
      file,
      JSON.stringify({ objectives: [{ ...objectives[0], window: 'month' }, objectives[1]] }),
    );
    const server = await start({ OBJECTIVES_FILE: file });
    await send(server, EXACTLY_MET);
    const page = await open(server.url);
    const spans = page.locator('.card .span');
    await spans.first().waitFor();
    const periods = async () => (await spans.allTextContents()).map((text) => text.split(' · ')[0]);
    assert.deepEqual(await periods(), ['Tháng', 'Năm']);
    await page.getByRole('combobox', { name: 'Kỳ', exact: true }).selectOption('quarter');
    await eventually(async () => (await periods()).join() === 'Quý,Quý');
    assert.match(page.url(), /window=quarter/);
  });

  test('a moment in the address shows the page as it was known then, with a way back', async () => {
    const server = await start();
    await send(server, EXACTLY_MET);
    const answer = await fetch(`${server.url}/v1/objectives`);
    const { asOf } = (await answer.json()) as { asOf: string };
    await send(server, settled(26, 'late'));
    const page = await open(`${server.url}/?asOf=${encodeURIComponent(asOf)}#/dossier/${dossierId(26)}`);
    await page.getByRole('dialog').getByText('Không tìm thấy.').waitFor();
    await page.keyboard.press('Escape');
    assert.equal(await textOf(value(page)), '96%');
    assert.equal(await textOf(page.locator('#live')), 'Số liệu quá khứ');
    assert.match(await textOf(page.locator('#as-of')), /\d{2}\/\d{2}\/\d{4}[^#]*$/);
    await page.getByRole('link', { name: 'Về hiện tại' }).click();
    await eventually(async () => (await textOf(value(page))) === '92,31%');
    assert.doesNotMatch(page.url(), /asOf/);
  });

  test('on paper stand the labels of every table, the choices, the date of the figures and page numbers', async () => {
    const page = await open(office.url);
    await page.locator('#breakdown table').waitFor();
    await page.emulateMedia({ media: 'print' });
    await page.evaluate("dispatchEvent(new Event('beforeprint'))");
    const heads = page.locator('#breakdown th .printed');
    assert.deepEqual((await heads.allInnerTexts()).slice(0, 4), ['Đơn vị', 'Tỷ lệ', 'Đạt / tổng', 'Trễ hạn']);
    assert.equal(await page.locator('select:visible, th button:visible').count(), 0);
    assert.match(await page.locator('#filters').innerText(), /Kỳ\s*Theo từng mục tiêu/);
    assert.match(await page.locator('#as-of').innerText(), /\d{2}\/\d{2}\/\d{4}/);
    assert.equal(await page.locator('#live:visible, .choices a:visible').count(), 0);
    assert.match(await page.locator('[aria-labelledby=work-title] label').innerText(), /Quá hạn/);
    assert.ok((await page.pdf({ preferCSSPageSize: true })).length > 10_000);
  });

  test('an objective without a source is not measured, with what would make it so', async () => {
    const page = await open(office.url);
    const unmeasured = page.locator('article.card[data-verdict=no-source]').last();
    assert.match(await textOf(unmeasured.locator('.verdict')), /Chưa đo: chưa có nguồn$/);
    await unmeasured.getByText(/^Để đo được: /).waitFor();
    assert.equal(await unmeasured.locator('.doubts').count(), 0);
    assert.equal(await page.locator('article.card').count(), 6);
  });

  // Each width and each colour scheme once: they do not depend on each other.
  for (const [colorScheme, width] of [
    ['light', 1440],
    ['dark', 360],
  ] as const) {
    test(`every control has a name, every text enough contrast, and nothing is wider than the screen (${colorScheme}, ${width} pixels)`, async () => {
      const page = await open(behind.url, { colorScheme, viewport: { width, height: 900 } });
      await page.locator('#breakdown table').waitFor();
      await page.locator('.detail summary').click();
      await page.locator('#alerts .empty, #alerts .alerts').first().waitFor();
      for (const address of ['', ...OPENED_PAGES]) {
        if (address !== '') await page.goto(`${behind.url}/${address}`);
        await page.locator('section.box').first().waitFor();
        if (address.includes('page=objective&'))
          await page.locator('[aria-labelledby=by-definition-title] button').click();
        await eventually(
          async () => (await page.getByText('Đang tải…').filter({ visible: true }).count()) === 0,
        );
        assert.deepEqual(await page.evaluate(STICKING_OUT), [], address);
        assert.deepEqual(await page.evaluate(NAMELESS), [], address);
        assert.deepEqual(await page.evaluate(REPEATED_IDS), [], address);
        assert.deepEqual(await page.evaluate(FAINT), [], address);
        assert.equal(await page.locator('h1').count(), 1, address);
        const wide = Number(await page.evaluate('document.documentElement.scrollWidth'));
        assert.ok(wide <= width, `${address} is ${wide} pixels wide`);
      }
      assert.deepEqual(complaints, []);
    });
  }
});

const STICKING_OUT = `[...document.querySelectorAll('.box :is(button, select, input)')]
  .filter((element) => element.checkVisibility() && !element.closest('.scroll'))
  .filter((element) => element.getBoundingClientRect().right > element.closest('.box').getBoundingClientRect().right)
  .map((element) => element.outerHTML.slice(0, 120))`;
const NAMELESS = `[...document.querySelectorAll('button, a[href], select, input, progress, [role=img], dialog, section')]
  .filter((element) => element.checkVisibility() && !element.closest('[aria-hidden=true]'))
  .filter((element) => {
    const by = element.getAttribute('aria-labelledby');
    const named = by === null ? '' : document.getElementById(by).textContent;
    const label = element.labels?.[0]?.textContent ?? '';
    const own = element.matches('select, section, dialog') ? '' : element.textContent;
    return (element.getAttribute('aria-label') ?? named + label + own).trim() === '';
  })
  .map((element) => element.outerHTML.slice(0, 120))`;

const REPEATED_IDS = `[...document.querySelectorAll('[id]')].map(({ id }) => id).filter((id, at, all) => all.indexOf(id) !== at)`;

/** Text whose contrast with its background is below 4.5 (WCAG 2.2, 1.4.3), or below 3 where it is large. */
const FAINT = `(() => {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const rgb = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const luminance = (channels) => {
    const [r, g, b] = channels.slice(0, 3).map((c) => c / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = rgb(getComputedStyle(at).backgroundColor);
      if (colour[3] === 255) return colour;
    }
    return [255, 255, 255];
  };
  return [...document.querySelectorAll('body *')]
    .filter((element) => element.checkVisibility() && !element.closest('.unseen, .skip, [disabled], svg'))
    .filter((element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== ''))
    .flatMap((element) => {
      const style = getComputedStyle(element);
      const [a, b] = [luminance(rgb(style.color)), luminance(behind(element))];
      const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
      const large = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.66 && style.fontWeight >= 700);
      return contrast < (large ? 3 : 4.5) ? [contrast.toFixed(2) + ' ' + element.textContent.slice(0, 40)] : [];
    });
})()`;
