// SPDX-License-Identifier: MIT
// An agent that speaks as Claude Code does: /v1/messages?beta=true.
import Anthropic from '@anthropic-ai/sdk';
import { heardOf } from '../surfaces/anthropic.mjs';
import { resultOf, schemaOf } from './loop.mjs';

export const toolNames = Array.from({ length: 24 }, (_, index) => ['Read', 'Edit', 'Bash', 'mcp__ide__get-diagnostics'][index % 4] + (index < 4 ? '' : index));
export const Reminder = 'A reminder in the midst of it: keep to the plan.';
const Ephemeral = { type: 'ephemeral' };

const fixed = {
  max_tokens: 32_000,
  system: [
    { type: 'text', text: 'x-anthropic-billing-header: cc_version=2.1.0; cc_entrypoint=cli;' },
    { type: 'text', text: 'You are an agent for code.', cache_control: Ephemeral },
    { type: 'text', text: `Rules: ${'be careful. '.repeat(200)}`, cache_control: { type: 'ephemeral', ttl: '1h' } },
  ],
  tools: toolNames.map((name, index) => ({
    name, description: `Tool ${name}.`, input_schema: { $schema: 'https://json-schema.org/draft/2020-12/schema', ...schemaOf(index), additionalProperties: false },
    ...(index === 23 ? { cache_control: Ephemeral } : {}),
  })),
  thinking: { type: 'adaptive' },
  output_config: { effort: 'medium' },
  context_management: { edits: [{ type: 'clear_thinking_20251015', keep: 'all' }] },
  metadata: { user_id: '{"device_id":"d","account_uuid":"","session_id":"s"}' },
  betas: ['claude-code-20250219', 'interleaved-thinking-2025-05-14', 'context-management-2025-06-27'],
};

export class ClaudeCode {
  constructor(url, model) {
    this.client = new Anthropic({ baseURL: url, authToken: 'caller', maxRetries: 0, timeout: 15_000 });
    this.model = model;
    this.messages = [{ role: 'user', content: [{ type: 'text', text: 'Find the bug.' }] }];
  }

  async step(turn) {
    const stream = this.client.beta.messages.stream({ ...fixed, model: this.model, messages: this.messages });
    const message = await stream.finalMessage();
    this.messages.push({ role: 'assistant', content: message.content });
    const got = heardOf(message);
    if (got.calls.length) {
      this.messages.push({ role: 'user', content: got.calls.map(({ id }, index) => ({
        type: 'tool_result', tool_use_id: id, content: [{ type: 'text', text: resultOf(turn, index) }],
      })) });
    }
    if (turn === 10) {
      this.messages.push({ role: 'system', content: Reminder });
    }
    return got;
  }
}
