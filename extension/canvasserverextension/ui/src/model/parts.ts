import { isObject, list, parseJson, text, type Json, type JsonObject } from '../client/wire/json';

/** Part is a piece of a message: what was said, thought, called, or what stands for a file. */
export type Part =
  | { readonly is: 'text'; readonly text: string }
  | { readonly is: 'reasoning'; readonly text: string }
  /** args is JSON or any other text, as it was written; id tells which result answers it. */
  | { readonly is: 'call'; readonly name: string; readonly args: string; readonly id: string | null }
  | { readonly is: 'result'; readonly text: string; readonly id: string | null }
  /** media is the tag of a file, such as "image image/png 182 KB"; address is where it is, if it says so. */
  | { readonly is: 'media'; readonly tag: string; readonly address: string | null };

const mostParts = 200;

// A file, or reasoning, that the processor replaced by its kind, type and size.
const tag = /^\[((?:image|audio|video|file|document|data|base64|bytes|blob|media|pdf|reasoning)(?: [\w.+-]{1,60}\/[\w.+-]{1,60})?(?: \d[\d.]{0,9} [KM]?B)?)\]$/;
const call = /^([A-Za-z_][\w.:/-]{0,127})\(/;

/**
 * partsOf takes the text of a preview apart: lines of their own that are the tag of a file, and tool calls, which the processor
 * writes as name(arguments). Of a tool's own call the whole text is one. What only looks like a call in a fence stays text.
 */
export function partsOf(preview: string, whole: boolean): readonly Part[] {
  if (whole) {
    const one = callIn(preview, true);
    return [one ?? { is: 'text', text: preview }];
  }
  const parts: Part[] = [];
  let said: string[] = [];
  let fenced = false;
  const flush = () => {
    if (said.some((line) => line.trim() !== '')) {
      parts.push({ is: 'text', text: said.join('\n').replace(/^\n+|\n+$/g, '') });
    }
    said = [];
  };
  for (const line of preview.split('\n')) {
    fenced = /^ {0,3}(?:```|~~~)/.test(line) ? !fenced : fenced;
    const special = fenced || parts.length >= mostParts ? null : tagIn(line) ?? callIn(line, false);
    if (special === null) {
      said.push(line);
    } else {
      flush();
      parts.push(special);
    }
  }
  flush();
  return parts;
}

function tagIn(line: string): Part | null {
  const found = tag.exec(line)?.[1];
  return found === undefined ? null : found.startsWith('reasoning') ? { is: 'reasoning', text: found } : { is: 'media', tag: found, address: null };
}

/** callIn believes a line to be a call where its arguments are an object in JSON, or the end of the preview cut one off. */
function callIn(line: string, sure: boolean): Part | null {
  const name = call.exec(line)?.[1];
  if (name === undefined) {
    return null;
  }
  const rest = line.slice(name.length + 1);
  if (rest.endsWith(')')) {
    const args = rest.slice(0, -1);
    return sure || args === '' || isObject(parseJson(args)) ? { is: 'call', name, args, id: null } : null;
  }
  return rest.endsWith('…') && (sure || rest.startsWith('{"')) ? { is: 'call', name, args: rest, id: null } : null;
}

/** structuredParts reads the parts of a message of OpenTelemetry's conventions (gen_ai.input.messages and the like). */
export function structuredParts(message: JsonObject): readonly Part[] {
  const parts = message['parts'] ?? message['content'];
  if (typeof parts === 'string') {
    return [{ is: 'text', text: parts }, ...list(message['tool_calls']).filter(isObject).map(toolCall)];
  }
  return list(parts).slice(0, mostParts).map((p) => (isObject(p) ? structured(p) : { is: 'text', text: written(p) }));
}

function structured(part: JsonObject): Part {
  const type = text(part['type']) ?? '';
  switch (type) {
    case 'text':
      return { is: 'text', text: written(part['content'] ?? part['text']) };
    case 'reasoning':
    case 'thinking':
      return { is: 'reasoning', text: written(part['content'] ?? part['thinking'] ?? part['text']) };
    case 'tool_call':
    case 'tool_use':
    case 'function_call':
    case 'function':
      return toolCall(part);
    case 'tool_call_response':
    case 'tool_result':
      return { is: 'result', text: written(part['response'] ?? part['result'] ?? part['content']), id: text(part['id']) ?? text(part['tool_use_id']) };
    case 'blob':
    case 'file':
    case 'uri':
      return { is: 'media', tag: [text(part['modality']) ?? type, text(part['mime_type'])].filter((w) => w !== null).join(' '), address: text(part['uri']) ?? text(part['file_id']) };
    default:
      return { is: 'text', text: JSON.stringify(part, null, 1) };
  }
}

function toolCall(part: JsonObject): Part {
  const f = isObject(part['function']) ? part['function'] : part;
  const args = f['arguments'] ?? f['input'];
  return { is: 'call', name: text(f['name']) ?? '', args: args === undefined || args === null ? '' : written(args), id: text(part['id']) };
}

function written(value: Json | undefined): string {
  return typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value);
}

/** wording is a message as one text, to be copied. */
export function wording(parts: readonly Part[]): string {
  return parts.map((p) => {
    switch (p.is) {
      case 'call':
        return `${p.name}(${p.args})`;
      case 'media':
        return `[${p.tag}${p.address === null ? '' : ` ${p.address}`}]`;
      default:
        return p.text;
    }
  }).join('\n');
}
