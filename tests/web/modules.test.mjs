// SPDX-License-Identifier: MIT
// The page's modules without a page: the filter's words, differences of texts, axes, numbers.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changedLines, merge } from './webui/diff.js';
import { parseFilter } from './webui/filter.js';
import { ago, changeOf, count, duration, percent, rate, shellWord } from './webui/format.js';
import { areaPath, linePath, stack, ticksFor, timeTicks } from './webui/scale.js';

const request = (more) => ({
  request_id: 'mrdn-0123456789ab', model: 'Qwen2.5', chosen_backend: 'fast', status_code: 200, latency_ms: 1500, ttfb_ms: 200, queued_ms: 0, attempts: 1,
  prompt_tokens: 100, completion_tokens: 20, client: '127.0.0.1', surface: '/v1/chat/completions', error_type: null, stream: true, translated: false,
  fidelity: null, stream_defects: [], attempts_detail: [{ backend: 'fast' }], ...more,
});

test('filter: words that match and words that do not', () => {
  const rows = [
    ['', {}, true], ['qwen', {}, true], ['QWEN fast', {}, true], ['llama', {}, false],
    ['status:5xx', {}, false], ['status:2xx', {}, true], ['status:503', { status_code: 503 }, true], ['status:>=400', { status_code: 404 }, true],
    ['>2s', {}, false], ['>1s', {}, true], ['<=1500ms', {}, true], ['>1.4s', {}, true], ['ttft:<300ms', {}, true], ['ttft:<300ms', { ttfb_ms: null }, false],
    ['tokens:>100', {}, true], ['tokens:>1k', {}, false], ['-model:qwen', {}, false], ['-model:tiny', {}, true], ['is:stream -is:error', {}, true],
    ['is:degraded', { fidelity: 'degraded; seed' }, true], ['backend:"a b"', { chosen_backend: 'a b' }, true], ['backend:slow', { attempts_detail: [{ backend: 'slow' }] }, true],
    ['attempts:2', { attempts: 2 }, true], ['status:', {}, true], ['-', {}, true], ['error:time', { error_type: 'backend_timeout' }, true], ['defect:truncated', { stream_defects: ['truncated'] }, true],
  ];
  for (const [text, more, matches] of rows) {
    const { test: holds, problem } = parseFilter(text);
    assert.equal(problem, '', text);
    assert.equal(holds(request(more)), matches, `${text} ${JSON.stringify(more)}`);
  }
  for (const text of ['colour:red', 'status:nine', '>soon', 'is:nice', 'total:>2k', 'tokens:many']) {
    assert.notEqual(parseFilter(text).problem, '', text);
  }
});

test('merge: what one side changed comes in, what both changed is marked', () => {
  const base = 'a\nb\nc\nd\ne\nf';
  assert.deepEqual(merge(base, base, base), { text: base, conflicts: 0 });
  assert.equal(merge(base, 'A\nb\nc\nd\ne\nf', 'a\nb\nc\nd\ne\nF').text, 'A\nb\nc\nd\ne\nF');
  assert.equal(merge(base, 'a\nc\nd\ne\nf', 'a\nb\nc\nd\nx\ne\nf').text, 'a\nc\nd\nx\ne\nf');
  assert.deepEqual(merge(base, 'a\nX\nc\nd\ne\nf', 'a\nX\nc\nd\ne\nf'), { text: 'a\nX\nc\nd\ne\nf', conflicts: 0 });
  const both = merge(base, 'a\nb\nTHEIRS\nd\ne\nf', 'a\nb\nMINE\nd\ne\nf');
  assert.equal(both.conflicts, 1);
  assert.equal(both.text, 'a\nb\n<<<<<<< the file\nTHEIRS\n=======\nMINE\n>>>>>>> yours\nd\ne\nf');
  assert.deepEqual([...changedLines(base, 'a\nB\nc\nd\nnew\ne\nf')], [1, 4]);
});

test('merge: with only one side changed it is that side, whatever the texts', () => {
  let seed = 7;
  const random = (below) => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return Math.floor(seed / 65536) % below;
  };
  for (let round = 0; round < 300; ++round) {
    const base = Array.from({ length: random(12) + 1 }, () => 'abcd'[random(4)]);
    const edited = [...base];
    for (let i = random(4); i >= 0; --i) {
      edited.splice(random(edited.length + 1), random(3), ...Array.from({ length: random(3) }, () => 'abcdxy'[random(6)]));
    }
    const [o, t] = [base.join('\n'), edited.join('\n')];
    assert.deepEqual(merge(o, t, o), { text: t, conflicts: 0 }, `${o} → ${t}`);
    assert.deepEqual(merge(o, o, t), { text: t, conflicts: 0 }, `${o} → ${t}`);
    assert.deepEqual(merge(o, t, t), { text: t, conflicts: 0 }, `${o} → ${t}`);
  }
});

test('axes begin at zero and end above the largest value', () => {
  for (const largest of [0.003, 0.7, 1, 4, 4.01, 7, 99, 100, 101, 12345, 1e7]) {
    const ticks = ticksFor(largest);
    assert.equal(ticks[0], 0);
    assert.ok(ticks.at(-1) >= largest * 0.99999, `${largest}: ${ticks}`);
    assert.ok(ticks.length >= 2 && ticks.length <= 6, `${largest}: ${ticks}`);
  }
  const start = Date.UTC(2026, 0, 5, 10, 7);
  const ticks = timeTicks(start, start + 3_600_000, 6);
  assert.ok(ticks.length >= 3 && ticks.length <= 6);
  assert.ok(ticks.every((tick) => tick >= start && tick <= start + 3_600_000 && tick % 300_000 === 0));
});

test('a gap in the values is a gap in the line', () => {
  const x = (i) => i * 10;
  const y = (value) => 100 - value;
  assert.equal(linePath([1, 2, null, 3, 4], x, y), 'M0 99L10 98M30 97L40 96');
  assert.equal(linePath([null, 5, null], x, y), 'M9 95h2');
  assert.equal(linePath([null, null], x, y), '');
  const [low, high] = stack([[1, null, 2], [3, null, 4]]);
  assert.deepEqual([low.upper, high.upper], [[1, null, 2], [4, null, 6]]);
  assert.equal((areaPath(high.lower, high.upper, x, y).match(/M/g) ?? []).length, 2);
});

test('numbers as a person reads them', () => {
  assert.deepEqual([0.42, 42.4, 1300, 240_000, 7_200_000, null].map(duration), ['0.4 ms', '42 ms', '1.3 s', '4 min', '2.0 h', '–']);
  assert.deepEqual([1240, 12_400, 3_200_000, null].map(count), ['1,240', '12.4k', '3.2M', '–']);
  assert.deepEqual([0, 0.4, 12, 4100, null].map(rate), ['0', '0.4', '12', '4.1k', '–']);
  assert.deepEqual([0, 0.004, 0.5, null].map(percent), ['0 %', '0.4 %', '50 %', '–']);
  assert.deepEqual([changeOf(112, 100), changeOf(97, 100), changeOf(100, 100), changeOf(1, 0), changeOf(null, 1)], ['+12 %', '−3 %', 'same', 'new', '']);
  assert.equal(ago('2026-01-01T00:00:00Z', Date.parse('2026-01-01T00:00:42Z')), '42 s ago');
  assert.equal(shellWord("it's"), `'it'\\''s'`);
});
