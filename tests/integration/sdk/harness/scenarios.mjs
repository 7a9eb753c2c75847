// SPDX-License-Identifier: MIT
// What is asked and answered, in nobody's dialect: `ask` is the client's, `answer` the provider's.

export const Weather = {
  name: 'get_weather', description: 'The weather of a place',
  schema: {
    type: 'object', required: ['city'],
    properties: {
      city: { type: 'string', description: 'Its name' }, days: { type: 'integer', description: 'How many' },
    },
  },
};
export const Clock = {
  name: 'get_time', description: 'The time of a place',
  schema: { type: 'object', required: ['zone'], properties: { zone: { type: 'string', description: 'Its zone' } } },
};
export const PersonSchema = {
  type: 'object', required: ['name', 'age'], additionalProperties: false,
  properties: { name: { type: 'string' }, age: { type: 'integer' } },
};
/// A PNG of one pixel.
export const Pixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==';

const user = (text, images = []) => ({ role: 'user', text, images });
const assistant = (text, calls = []) => ({ role: 'assistant', text, calls });
const call = (id, tool, args) => ({ id, name: tool.name, args });
const tool = (...results) => ({ role: 'tool', results });
const result = ({ id, name }, text) => ({ id, name, text });

const usage = { input: 21, output: 9 };
const text = (said, more = {}) => ({ text: said, finish: 'stop', usage, ...more });
const calls = (...all) => ({ calls: all, finish: 'tool_calls', usage });

const berlin = call('call_berlin', Weather, { city: 'Berlin', days: 2 });
const oslo = call('call_oslo', Weather, { city: 'Tromsø, "north"', days: 1 });
const clock = call('call_clock', Clock, { zone: 'Europe/Oslo' });
const hello = [user('Say hello.')];

export const Scenarios = {
  text: { ask: { turns: hello }, answer: text('Hello there, grüß dich \u{1F30D}!') },
  system: { ask: { system: 'You are terse.\nAlways.', turns: hello }, answer: text('Hi.') },
  multi_turn: {
    ask: { turns: [user('My name is Ada.'), assistant('Noted, Ada.'), user('What is my name?')] },
    answer: text('Ada.'),
  },
  sampling: { ask: { turns: hello, temperature: 0.5 }, answer: text('Hello.') },
  stop: { ask: { turns: hello, stop: ['END', '###'] }, answer: text('Hello') },
  max_tokens: { ask: { turns: hello, maxTokens: 77 }, answer: text('Hello, and', { finish: 'length' }) },
  tools_single: { ask: { turns: [user('Weather in Berlin?')], tools: [Weather] }, answer: calls(berlin) },
  tools_parallel: {
    ask: { turns: [user('Weather and time?')], tools: [Weather, Clock] }, answer: calls(berlin, clock, oslo),
  },
  tools_and_text: {
    ask: { turns: [user('Weather in Berlin?')], tools: [Weather] },
    answer: { ...calls(berlin), text: 'I look it up.' },
  },
  tool_result: {
    ask: {
      turns: [user('Weather and time?'), assistant('', [berlin, clock]),
        tool(result(berlin, '12 °C'), result(clock, '{"hour":7}'))],
      tools: [Weather, Clock],
    },
    answer: text('12 °C at seven.'),
  },
  tool_history: {
    ask: {
      turns: [user('Weather in Berlin?'), assistant('I look.', [berlin]), tool(result(berlin, '12 °C')),
        assistant('It is 12 °C.'), user('And in Tromsø?'), assistant('', [oslo]), tool(result(oslo, '-3 °C'))],
      tools: [Weather],
    },
    answer: text('Cold.'),
  },
  choice_auto: { ask: { turns: hello, tools: [Weather, Clock], choice: 'auto' }, answer: text('Hello.') },
  choice_required: { ask: { turns: hello, tools: [Weather, Clock], choice: 'required' }, answer: calls(clock) },
  choice_none: { ask: { turns: hello, tools: [Weather, Clock], choice: 'none' }, answer: text('Hello.') },
  choice_function: {
    ask: { turns: hello, tools: [Weather, Clock], choice: { name: 'get_time' } }, answer: calls(clock),
  },
  json_schema: {
    ask: { turns: [user('Who?')], schema: PersonSchema }, answer: text('{"name":"Ada","age":36}'),
  },
  thinking: {
    ask: { turns: [user('Think.')], thinks: true, maxTokens: 9000 },
    answer: text('42.', { thinking: { text: 'Six times seven…', signature: 'c2lnbmVk' } }),
  },
  image: {
    ask: { turns: [user('What is this?', [{ mime: 'image/png', data: Pixel }])] }, answer: text('A pixel.'),
  },
  usage_cached: {
    ask: { turns: hello },
    answer: text('Hello.', { usage: { input: 2000, cached: 1500, output: 30 } }),
  },
};
