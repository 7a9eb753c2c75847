// SPDX-License-Identifier: MIT
// What must come of a cell of the matrix: everything, but for what the tables below name, each with its reason.
import { Clock } from './scenarios.mjs';

/// Cells that are passed through byte by byte, and so have no fidelity.
const Native = {
  openai: ['chat', 'completions', 'responses', 'ai_chat', 'ai_responses'],
  azure: ['chat', 'completions', 'responses', 'ai_chat', 'ai_responses'],
  engine: ['chat', 'completions', 'ai_chat'],
  anthropic: ['messages', 'ai_anthropic'], vertex_claude: ['messages', 'ai_anthropic'],
  google: ['gemini', 'ai_google'], vertex: ['gemini', 'ai_google'],
  ollama: ['ollama_chat', 'ollama_generate'],
};
export const isNative = (surface, provider) => Native[provider]?.includes(surface) ?? false;

/// Who calls tools as it likes when nothing is said; `auto` is said by silence there.
const SilentAuto = ['ollama', 'oci_cohere', 'oci_coherev2'];

const Budgets = ['messages', 'gemini', 'ai_anthropic', 'ai_google']; // they say how many tokens of thinking
const Efforts = ['chat', 'responses', 'ai_chat', 'ai_responses']; // they say how much in a word
const Choice = /tool_choice|toolConfig/;

/// What cannot work by nature. `seen` replaces what the provider must understand, `answer` what the client gets,
/// `loss` is what the fidelity must name; all rules that match count. No `on`: every surface.
const Rules = [
  { to: ['ollama', 'oci_cohere'], ask: 'choice_none', seen: { choice: undefined, tools: [] }, loss: Choice,
    reason: 'no tool can be called that is not told' },
  { to: ['ollama'], ask: 'choice_required', loss: Choice, reason: 'Ollama knows no tool_choice: it is asked in words',
    seen: { choice: undefined, system: 'Answer by calling at least one of the tools, not with text.' } },
  { to: ['ollama'], ask: 'choice_function', loss: Choice, reason: 'the same, and it gets this tool only',
    seen: { choice: undefined, tools: [Clock], system: 'Answer by calling the tool `get_time`, not with text.' } },
  { to: ['oci_cohere'], ask: 'choice_required', seen: { choice: undefined }, loss: Choice, reason: 'Cohere v1 has no such field' },
  { to: ['oci_cohere'], ask: 'choice_function', seen: { choice: undefined }, loss: Choice, reason: 'Cohere v1 has no such field' },
  { to: ['oci_cohere'], ask: 'thinking', seen: { thinks: false }, loss: /reason|think/i, reason: 'Cohere v1 does not think aloud',
    answer: { thinking: '' } },
  { to: ['oci_cohere'], ask: 'image', seen: { turns: [{ role: 'user', text: 'What is this?', images: [] }] },
    loss: /dropped/, reason: 'Cohere v1 takes no images' },
  { to: ['oci_coherev2'], ask: 'choice_function', seen: { choice: 'required', tools: [Clock] }, loss: Choice,
    reason: 'Cohere can be made to call, not what: it gets this tool only' },
  { to: ['oci_coherev2'], on: Efforts, ask: 'thinking', loss: /budget/, reason: 'Cohere wants a number of tokens' },
  { to: ['oci_generic', 'oci_coherev2'], on: ['responses', 'ai_responses'], ask: 'thinking', loss: /reasoning.summary/,
    reason: 'OCI gives the thoughts as they are' },
  { to: ['openai', 'engine', 'azure', 'oci_generic', 'ollama'], on: Budgets, ask: 'thinking', loss: /budget/i,
    reason: 'these take a word, not a number of tokens' },
  { to: ['oci_generic'], on: ['ollama_chat', 'ollama_generate'], ask: 'thinking', seen: { thinks: false }, loss: /thinking/,
    reason: 'to think at all is what OCI\'s models decide by themselves' },
];

function ruleFor(surfaceName, provider, name) {
  const matching = Rules.filter(({ to, on, ask }) => ask === name && to.includes(provider) && (!on || on.includes(surfaceName)));
  return Object.assign({}, ...matching, { losses: matching.map(({ loss }) => loss).filter(Boolean) });
}

function choiceOf(ask, surface, provider) {
  const choice = ask.choice ?? (surface.saysAuto && ask.tools ? 'auto' : undefined);
  return choice === 'auto' && SilentAuto.includes(provider) ? undefined : choice;
}

function seenOf(ask, surface, { provider, name, special, native }) {
  return {
    system: ask.system ?? '',
    turns: ask.turns.map((turn) => ({ role: turn.role, ...turnWithout(turn, surface.resultAs, native) })),
    tools: ask.tools ?? [], choice: choiceOf(ask, surface, provider), stop: ask.stop, temperature: ask.temperature,
    schema: ask.schema, thinks: ask.thinks ?? false, ...(ask.maxTokens ? { maxTokens: ask.maxTokens } : {}),
    ...surface.says?.all?.[name], ...surface.says?.[provider]?.[name], ...special.seen,
  };
}

/// {seen, losses, native, got}: what the provider must understand, what the fidelity names, what the client gets.
export function expectedOf(surfaceName, surface, provider, name, { ask, answer }) {
  const special = ruleFor(surfaceName, provider, name);
  const native = isNative(surfaceName, provider);
  return {
    seen: seenOf(ask, surface, { provider, name, special, native }),
    losses: native ? [] : special.losses,
    hints: surface.hints, // of no meaning to others: they may be told as dropped
    native,
    got: {
      text: answer.text ?? '', thinking: surface.withoutThoughts ? '' : answer.thinking?.text ?? '',
      calls: (answer.calls ?? []).map(({ name: tool, args }) => ({ name: tool, args })), finish: answer.finish,
      usage: {
        input: answer.usage.input, output: answer.usage.output,
        cached: surface.withoutCachedTokens || provider === 'ollama' ? 0 : answer.usage.cached ?? 0,
      },
      ...special.answer,
    },
  };
}

function turnWithout(turn, resultAs, native) {
  switch (turn.role) {
  case 'user':
    return { text: turn.text, images: turn.images };
  case 'assistant':
    return { text: turn.text, calls: turn.calls.map(({ name, args }) => ({ name, args })) };
  default:
    return { results: turn.results.map((result) => ({ name: result.name, text: resultAs?.(result, native) ?? result.text })) };
  }
}
