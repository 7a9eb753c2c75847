// SPDX-License-Identifier: MIT
// An agent that speaks as Codex does: /v1/responses with store: false, sending back all items each time.
import OpenAI from 'openai';
import { heardOf } from '../surfaces/openairesponses.mjs';
import { resultOf, schemaOf } from './loop.mjs';

export const Reminder = '<permissions>workspace-write</permissions>';
export const toolNames = ['exec_command', 'apply_patch', 'update_plan', 'view_image', 'list_agents'];
const functionOf = (name, index) => ({
  type: 'function', name, description: `Tool ${name}.`, strict: false, parameters: schemaOf(index),
});

const fixed = {
  instructions: 'You are a coding agent.', store: false, parallel_tool_calls: true, tool_choice: 'auto',
  include: ['reasoning.encrypted_content'], reasoning: { effort: 'medium', summary: 'auto' },
  prompt_cache_key: '0199c1a2-0000-7000-8000-000000000000',
  client_metadata: { 'x-codex-installation-id': '1' },
  tools: [...toolNames.map(functionOf),
    { type: 'namespace', name: 'mcp__files', description: 'Files.', tools: [functionOf('lookup', 9)] },
    { type: 'web_search', external_web_access: false }],
};

/// How a provider that knows no namespaces is told of a tool in one.
export const lookupName = (tools) => tools.find(({ name }) => name.endsWith('lookup'))?.name;

export class Codex {
  constructor(url, model) {
    this.client = new OpenAI({ baseURL: `${url}/v1`, apiKey: 'caller', maxRetries: 0, timeout: 15_000 });
    this.model = model;
    this.input = [
      { type: 'message', role: 'developer', content: [{ type: 'input_text', text: Reminder }] },
      { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Find the bug.' }] },
    ];
  }

  async step(turn) {
    const stream = this.client.responses.stream({ ...fixed, model: this.model, input: this.input });
    const response = await stream.finalResponse();
    const items = response.output.map(({ parsed_arguments, status, ...item }) => item); // not the API's own
    this.input.push(...items);
    const got = heardOf(response);
    this.input.push(...got.calls.map(({ id }, index) => ({
      type: 'function_call_output', call_id: id, output: resultOf(turn, index),
    })));
    return { ...got, items };
  }
}
