// Looks at the local profile as a person does in their first minute, and prints as JSON what is there.

import { join } from 'node:path';

const [playwright, chromium, profile, base] = process.argv.slice(2);
const { default: { chromium: driver } } = await import(playwright);

const browser = await driver.launchPersistentContext(profile, {
  executablePath: chromium,
  headless: true,
  viewport: { width: 1280, height: 900 },
  args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
    '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
browser.setDefaultTimeout(120_000);
const page = await browser.newPage();
const seen = { errors: [] };
page.on('console', (message) => message.type() === 'error' && seen.errors.push(message.text()));
page.on('pageerror', (error) => seen.errors.push(String(error)));
const shot = (name) => page.screenshot({ path: join(profile, `${name}.png`), fullPage: name === 'home' });

// The answer that GraphiQL shows once it is another one.
const shown = (before) => page.waitForFunction((before) => {
  const answer = document.querySelector('.result-window .CodeMirror')?.CodeMirror.getValue() ?? '';
  return answer.trim() && answer !== before ? answer : null;
}, before).then((answer) => answer.jsonValue());

const execute = async (before) => {
  await page.locator('.graphiql-execute-button').click();
  return shown(before);
};

const open = async (number) => {
  await page.goto(base);
  await page.getByRole('link', { name: 'Open it in GraphiQL' }).nth(number).click();
  await page.locator('.graphiql-execute-button').waitFor();
};

await page.goto(base);
seen.home = { heading: await page.locator('h1').innerText(), text: await page.locator('main').innerText() };
await shot('home');

await open(0);
await page.getByRole('button', { name: 'Show Documentation Explorer' }).click();
await page.locator('.graphiql-doc-explorer').getByText('Mutation').first().waitFor();
seen.schema = await page.locator('.graphiql-doc-explorer').innerText();
seen.list = await execute('');
await shot('list');

await open(1);
seen.first = await execute('');
seen.second = await execute(seen.first);
await shot('second');

await browser.close();
console.log(JSON.stringify(seen));
