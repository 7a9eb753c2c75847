// SPDX-License-Identifier: MIT
// Vercel's AI SDK against every provider.
import { aiAnthropic, aiChat, aiGoogle, aiResponses } from './surfaces/ai.mjs';
import { runMatrix } from './harness/matrix.mjs';

runMatrix({ ai_chat: aiChat, ai_responses: aiResponses, ai_anthropic: aiAnthropic, ai_google: aiGoogle });
