// Records the AI SDK of Vercel: node record.mjs legacy | otel, openai | anthropic
//
//   legacy  the SDK's own telemetry (`experimental_telemetry`, up to version 6)
//   otel    the package @ai-sdk/otel (from version 7)

import { generateText, stepCountIs, streamText, embed, tool } from 'ai';
import { createAnthropic } from '@ai-sdk/anthropic';
import { createOpenAI } from '@ai-sdk/openai';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { z } from 'zod';

const [form, vendor] = process.argv.slice(2);
const stub = process.env.STUB_URL ?? 'http://127.0.0.1:8900';
const openai = createOpenAI({ baseURL: `${stub}/v1`, apiKey: 'none' });
const anthropic = createAnthropic({ baseURL: `${stub}/v1`, apiKey: 'none' });
const model = vendor === 'openai' ? openai.chat('gpt-5-mini') : anthropic('claude-sonnet-4-5');

const provider = new NodeTracerProvider({
  resource: resourceFromAttributes({ 'service.name': 'weather' }),
  spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
});
provider.register();

const settings = {
  isEnabled: true,
  functionId: 'weather',
  metadata: { sessionId: 'session-1', userId: 'user-1' },
};
let telemetry = { experimental_telemetry: settings };
if (form === 'otel') {
  const { OpenTelemetry } = await import('@ai-sdk/otel');
  const { registerTelemetry } = await import('ai');
  registerTelemetry(new OpenTelemetry());
  telemetry = { telemetry: { isEnabled: true, functionId: 'weather' } };
}

const question = {
  model,
  system: 'You are a weather assistant. Answer in one sentence.',
  prompt: 'What is the weather in Paris?',
  maxOutputTokens: 200,
  ...telemetry,
};
const getWeather = tool({
  description: 'Tells the weather in a city.',
  inputSchema: z.object({ city: z.string() }),
  execute: async () => ({ weather: '17 degrees, cloudy' }),
});

await provider.getTracer('weather').startActiveSpan('weather report', async report => {
  await generateText({ ...question, tools: { get_weather: getWeather }, stopWhen: stepCountIs(3) });
  await streamText(question).consumeStream();
  if (vendor === 'openai') {
    await embed({ model: openai.embedding('text-embedding-3-small'), value: question.prompt, ...telemetry });
  }
  report.end();
});
await provider.shutdown();
