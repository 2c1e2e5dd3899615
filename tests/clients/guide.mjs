// The front end of docs/guide/front-ends.md: its files as they stand there, its commands as they stand there, and then
// somebody at a browser.
import { execFileSync, spawn } from "node:child_process";
import fs from "node:fs";
import puppeteer from "puppeteer-core";

const [guide, base, office, token, browserPath, made] = process.argv.slice(2);

function check(holds, what) {
  if (!holds) throw new Error(what);
}

// A reader types `8080` and `8000`; here other ports are free.
const here = (text) => text.replaceAll("http://127.0.0.1:8080", base).replaceAll("127.0.0.1:8000", office);
const packages = JSON.parse(fs.readFileSync("package.json", "utf8")).dependencies;
const running = [];
let files = 0;
for (const [, info, text] of fs.readFileSync(guide, "utf8").matchAll(/^```(.+)\n([^]*?)^```$/gm)) {
  const [language, file] = info.split(" ");
  if (language === "ts" || language === "html") {
    fs.writeFileSync(file, here(text));
    files += 1;
  }
  if (info !== "sh clients") continue;
  for (const line of here(text).trim().split("\n")) {
    const words = line.split(" ");
    if (line.startsWith("npm install")) {
      // They are there already, in versions that are known.
      const missing = words.slice(2).filter((word) => !word.startsWith("-") && !packages[word]);
      check(missing.length === 0, `not in tests/clients/package.json: ${missing}`);
    } else if (line.includes("--serve=")) {
      running.push(spawn(words[0], words.slice(1), { stdio: ["pipe", "ignore", "inherit"], detached: true }));
    } else {
      execFileSync(words[0], words.slice(1), { stdio: ["ignore", "inherit", "inherit"] });
    }
  }
}
check(files === 2 && running.length === 1, "the guide has a page, its program and what serves them");

const api = (path, more = {}) =>
  fetch(`${base}/api/v1${path}`, { ...more, headers: { Authorization: `Bearer ${token}`, ...more.headers } });

let browser;
try {
  for (let tries = 0; !(await fetch(`http://${office}/`).catch(() => null))?.ok; tries += 1) {
    check(tries < 100, "nothing serves the page");
    await new Promise((done) => setTimeout(done, 100));
  }
  browser = await puppeteer.launch({ executablePath: browserPath, args: ["--no-sandbox", "--disable-dev-shm-usage"] });
  const page = await browser.newPage();
  const broken = [];
  page.on("pageerror", (error) => broken.push(error.message));
  await page.goto(`http://${office}/#nobody`);
  const until = (holds, ...values) =>
    page.waitForFunction(holds, { timeout: 20000 }, ...values).catch(async () => {
      throw new Error(`${holds} ${values}: ${broken} ${await page.$eval("body", (body) => body.innerText.slice(0, 500))}`);
    });
  const press = (label) => until((label) => {
    const found = [...document.querySelectorAll("button")].find((button) => button.textContent === label);
    found?.click();
    return found;
  }, label);
  const says = (words) => until((words) => document.querySelector("#message").textContent.includes(words), words);

  await says("令牌");
  await page.goto(`http://${office}/#${token}`);
  await page.reload();
  const wanted = (await (await api("/obligations?overdue=true&limit=1")).json()).total;
  check(wanted > 20, "there is a list");
  await until((wanted) => document.querySelectorAll("tr").length === wanted, wanted);
  await press("填报进展");
  await page.type("[name=percent]", "300");
  await press("保存");
  await until(() => document.querySelector('[data-at="/percent"]').textContent);
  await page.screenshot({ path: `${made}/front-end-fault.png` });

  await page.$eval("[name=percent]", (input) => (input.value = "50"));
  await page.type("[name=summary]", "已公开一半");
  await press("保存");
  await says("草稿");
  // Later, from its row.
  await page.reload();
  await press("草稿");
  await says("草稿");
  check((await page.$eval("[name=percent]", (input) => input.value)) === "50", "the form has what was written");
  const [{ id }] = (await (await api("/progress-reports?status=draft")).json()).items;
  const path = `/progress-reports/${id}`;
  const { version } = await (await api(path)).json();
  const headers = { "If-Match": `"${version}"`, "Content-Type": "application/json" };
  const colleague = await api(path, { method: "PATCH", headers, body: JSON.stringify({ summary: "同事写的" }) });
  check(colleague.ok, "a colleague saves it");
  await press("提交");
  await says("同事写的");
  await press("提交");
  await says("待审核");
  await press("撤回");
  await says("已撤回");
  await page.screenshot({ path: `${made}/front-end.png` });
  check(broken.length === 0, `in the page: ${broken.join("; ")}`);
  console.log(`${wanted} obligations shown, ${id} handed in`);
} finally {
  await browser?.close();
  for (const one of running) process.kill(-one.pid);
}
