// Summarises notes in a worker thread, then tries what the blueprint forbids. Exits 0 when all went as it says.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { Worker } from 'node:worker_threads';

let surprises = 0;

/** @param {string} what @param {boolean} expected @param {() => unknown} attempt */
async function tries(what, expected, attempt) {
  let worked = true;
  try {
    await attempt();
  } catch {
    worked = false;
  }
  const word = worked ? 'allowed' : 'refused';
  console.log(`${worked === expected ? word : word.toUpperCase()}  ${what}`);
  if (worked !== expected) surprises += 1;
}

/** Counts words in a thread of its own, as a real agent would parse in one. */
function countWords(text) {
  const source = `const { parentPort, workerData } = require('node:worker_threads');
    parentPort.postMessage(workerData.split(/\\s+/).filter(Boolean).length);`;
  return new Promise((resolve, reject) => {
    const worker = new Worker(source, { eval: true, workerData: text });
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}

function connects(port, host) {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host, timeout: 2000 }, () => resolve(socket.destroy()));
    socket.once('error', reject);
    socket.once('timeout', () => reject(socket.destroy()));
  });
}

await tries('summarise the notes', true, async () => {
  const notes = readdirSync('notes').map((name) => readFileSync(`notes/${name}`, 'utf8'));
  const words = await Promise.all(notes.map(countWords));
  writeFileSync('out/summary.json', `${JSON.stringify({ notes: notes.length, words })}\n`);
});
await tries('change a note', false, () => writeFileSync('notes/first.md', ''));
await tries('change its own source', false, () => writeFileSync('agent.mjs', ''));
await tries('read the home of root', false, () => readdirSync('/root'));
await tries('see a key of the model', false, () => {
  if (process.env.NVIDIA_API_KEY === undefined) throw new Error('not there');
});
await tries('connect past the gateway', false, () => connects(443, '203.0.113.1'));
process.exitCode = surprises;
