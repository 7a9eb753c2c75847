// SPDX-License-Identifier: MIT
// What a coding agent and its model do for fifty turns, in nobody's dialect.
import { isDeepStrictEqual } from 'node:util';

export const Turns = 50;

const usage = (turn) => ({ input: 3000 + turn * 100, cached: 2000 + turn * 90, output: 40 });

const args = (turn, index) => ({
  path: `src/file_${turn}_${index}.cpp`, text: `"quoted" \\ \u{1F30D} ünï\nline ${turn}`, limit: turn,
});

/// What the model does in a turn: mostly one call, every third turn three of them, at last an answer.
export function scriptOf(turn, toolNames, signature = 'c2lnbmVk') {
  const thinking = { text: `Step ${turn}: look further.`, signature };
  if (turn === Turns - 1) {
    return { text: 'All done \u{1F389}.', finish: 'stop', usage: usage(turn), thinking };
  }
  const count = turn % 3 === 2 ? 3 : 1;
  const calls = Array.from({ length: count }, (_, index) => ({
    id: `toolu_${turn}_${index}`, name: toolNames[(turn + index) % toolNames.length], args: args(turn, index),
  }));
  return { text: turn % 2 ? `Turn ${turn}.` : '', calls, finish: 'tool_calls', usage: usage(turn), thinking };
}

/// What a tool says.
export const resultOf = (turn, index) => `result ${turn}.${index}: ok\n\tx = "ä"`;

export const schemaOf = (index) => ({
  type: 'object', required: ['path'],
  properties: {
    path: { type: 'string', description: 'Where' }, text: { type: 'string', description: 'What' },
    limit: { type: 'integer', description: `How many, tool ${index}` },
  },
});

/// The list of messages of a request to any provider.
const messagesOf = (body) => body.messages ?? body.contents ?? body.input ?? body.chatRequest?.messages
  ?? body.chatRequest?.chatHistory;

/// A conversation that has grown must begin as it did, or the provider's prompt cache is of no use.
export function brokenPrefix(earlier, later) {
  const [before, after] = [messagesOf(earlier), messagesOf(later)];
  const at = before.findIndex((message, index) => !isDeepStrictEqual(message, after[index]));
  return at < 0 ? null : { at, was: before[at], is: after[at] };
}

/// The turns of a transcript that are calls or results, as the provider should have understood them.
export const callsAndResults = (turns) => turns.filter(({ role, calls }) => role === 'tool' || calls?.length)
  .map(({ role, calls, results }) => (role === 'tool' ? results : calls));
