import { z } from 'zod';

const blockId = z.string().max(255).optional();
const actionId = z.string().min(1).max(255).optional();

const plain = (max: number) =>
  z.strictObject({
    type: z.literal('plain_text'),
    text: z.string().min(1).max(max),
    emoji: z.boolean().optional(),
  });
const mrkdwn = (max: number) =>
  z.strictObject({
    type: z.literal('mrkdwn'),
    text: z.string().min(1).max(max),
    verbatim: z.boolean().optional(),
  });
const anyText = (max: number) => z.discriminatedUnion('type', [plain(max), mrkdwn(max)]);

const style = z.enum(['primary', 'danger']).optional();
const confirm = z.strictObject({
  title: plain(100),
  text: anyText(300),
  confirm: plain(30),
  deny: plain(30),
  style,
});
const option = z.strictObject({
  text: anyText(75),
  value: z.string().max(150),
  description: anyText(75).optional(),
  url: z.string().max(3000).optional(),
});

const button = z.strictObject({
  type: z.literal('button'),
  text: plain(75),
  action_id: actionId,
  url: z.string().max(3000).optional(),
  value: z.string().max(2000).optional(),
  style,
  confirm: confirm.optional(),
  accessibility_label: z.string().max(75).optional(),
});
const image = {
  image_url: z.string().max(3000).optional(),
  slack_file: z.looseObject({}).optional(),
  alt_text: z.string().max(2000),
};
const select = z.looseObject({
  type: z.enum(['static_select', 'multi_static_select']),
  placeholder: plain(150).optional(),
  action_id: actionId,
  options: z.array(option).min(1).max(100).optional(),
  confirm: confirm.optional(),
});
const choice = z.looseObject({
  type: z.enum(['overflow', 'checkboxes', 'radio_buttons']),
  action_id: actionId,
  options: z.array(option).min(1).max(10),
  confirm: confirm.optional(),
});
const otherElement = z.looseObject({
  type: z.enum([
    'channels_select',
    'conversations_select',
    'datepicker',
    'datetimepicker',
    'external_select',
    'multi_channels_select',
    'multi_conversations_select',
    'multi_external_select',
    'multi_users_select',
    'timepicker',
    'users_select',
    'workflow_button',
  ]),
  action_id: actionId,
});
const imageElement = z.strictObject({ type: z.literal('image'), ...image });
const actionElement = z.discriminatedUnion('type', [button, select, choice, otherElement]);
const accessory = z.discriminatedUnion('type', [button, select, choice, otherElement, imageElement]);
const contextElement = z.discriminatedUnion('type', [plain(3000), mrkdwn(3000), imageElement]);

const section = z.strictObject({
  type: z.literal('section'),
  block_id: blockId,
  text: anyText(3000).optional(),
  fields: z.array(anyText(2000)).min(1).max(10).optional(),
  accessory: accessory.optional(),
  expand: z.boolean().optional(),
});
const header = z.strictObject({ type: z.literal('header'), block_id: blockId, text: plain(150) });
const divider = z.strictObject({ type: z.literal('divider'), block_id: blockId });
const markdown = z.strictObject({
  type: z.literal('markdown'),
  block_id: blockId,
  text: z.string().min(1).max(12_000),
});
const context = z.strictObject({
  type: z.literal('context'),
  block_id: blockId,
  elements: z.array(contextElement).min(1).max(10),
});
const actions = z.strictObject({
  type: z.literal('actions'),
  block_id: blockId,
  elements: z.array(actionElement).min(1).max(25),
});
const imageBlock = z.strictObject({
  type: z.literal('image'),
  block_id: blockId,
  title: plain(2000).optional(),
  ...image,
});
const textInput = z.strictObject({
  type: z.literal('plain_text_input'),
  action_id: actionId,
  initial_value: z.string().max(3000).optional(),
  multiline: z.boolean().optional(),
  min_length: z.number().min(0).max(3000).optional(),
  max_length: z.number().min(1).max(3000).optional(),
  placeholder: plain(150).optional(),
  focus_on_load: z.boolean().optional(),
  dispatch_action_config: z.unknown().optional(),
});
const digits = z.string().regex(/^-?\d+(\.\d+)?$/);
const numberInput = z.strictObject({
  type: z.literal('number_input'),
  action_id: actionId,
  is_decimal_allowed: z.boolean(),
  initial_value: digits.optional(),
  min_value: digits.optional(),
  max_value: digits.optional(),
  placeholder: plain(150).optional(),
  focus_on_load: z.boolean().optional(),
  dispatch_action_config: z.unknown().optional(),
});
const plainOption = z.strictObject({
  text: plain(75),
  value: z.string().min(1).max(150),
  description: plain(75).optional(),
});
const selectInput = z
  .strictObject({
    type: z.literal('static_select'),
    action_id: actionId,
    options: z.array(plainOption).min(1).max(100),
    initial_option: plainOption.optional(),
    placeholder: plain(150).optional(),
    focus_on_load: z.boolean().optional(),
  })
  .refine(
    ({ options, initial_option: initial }) =>
      !initial || options.some((one) => one.value === initial.value && one.text.text === initial.text.text),
    'initial_option must be one of the options',
  );
const otherInput = z.looseObject({
  type: z.enum([
    'checkboxes',
    'channels_select',
    'conversations_select',
    'datepicker',
    'datetimepicker',
    'email_text_input',
    'external_select',
    'file_input',
    'multi_static_select',
    'multi_users_select',
    'radio_buttons',
    'rich_text_input',
    'timepicker',
    'url_text_input',
    'users_select',
  ]),
  action_id: actionId,
});
const inputElement = z.discriminatedUnion('type', [textInput, numberInput, selectInput, otherInput]);
const input = z.strictObject({
  type: z.literal('input'),
  block_id: blockId,
  label: plain(2000),
  element: inputElement,
  dispatch_action: z.boolean().optional(),
  hint: plain(2000).optional(),
  optional: z.boolean().optional(),
});
/** Blocks that Slack knows, checked here by name and block_id only. */
const otherBlock = z.looseObject({
  type: z.enum([
    'alert',
    'card',
    'carousel',
    'container',
    'context_actions',
    'data_table',
    'file',
    'plan',
    'rich_text',
    'table',
    'task_card',
    'video',
  ]),
  block_id: blockId,
});

const block = z.discriminatedUnion('type', [
  section,
  header,
  divider,
  markdown,
  context,
  actions,
  imageBlock,
  input,
  otherBlock,
]);

type Block = z.infer<typeof block>;

/** Slack's complaints about these blocks, in its words; `at` is the JSON pointer of the array. */
export function blockComplaints(blocks: unknown[], at: string, most: number): string[] {
  if (blocks.length > most) return [`no more than ${most} items allowed [json-pointer:${at}]`];
  const parsed: Block[] = [];
  const complaints: string[] = [];
  for (const [index, candidate] of blocks.entries()) {
    const result = block.safeParse(candidate);
    if (result.success) parsed.push(result.data);
    else complaints.push(...complaintsOf(result.error, candidate, `${at}/${index}`));
  }
  return complaints.length > 0 ? complaints : togetherComplaints(parsed, at);
}

export function complaintsOf(error: z.ZodError, value: unknown, at: string): string[] {
  return error.issues.map((issue) => {
    const path = [at, ...issue.path.map(String)].join('/');
    const parent = [at, ...issue.path.slice(0, -1).map(String)].join('/');
    const missing = valueAt(value, issue.path) === undefined && issue.path.length > 0;
    if (missing) return `missing required field: ${String(issue.path.at(-1))} [json-pointer:${parent}]`;
    return `${complaintOf(issue, valueAt(value, issue.path))} [json-pointer:${path}]`;
  });
}

function complaintOf(issue: z.core.$ZodIssue, value: unknown): string {
  if (issue.code === 'too_big') {
    const items = issue.origin === 'array';
    return items
      ? `no more than ${issue.maximum} items allowed`
      : `must be less than ${Number(issue.maximum) + 1} characters`;
  }
  if (issue.code === 'too_small') {
    const items = issue.origin === 'array';
    return items ? `no fewer than ${issue.minimum} items allowed` : 'must be more than 0 characters';
  }
  if (issue.code === 'unrecognized_keys') return `invalid additional property: ${issue.keys.join(', ')}`;
  if (issue.code === 'invalid_union' || issue.code === 'invalid_value') return `unsupported type: ${String(value)}`;
  if (issue.code === 'invalid_type')
    return `must provide ${issue.expected === 'object' ? 'an object' : `a ${issue.expected}`}`;
  return 'failed to match all allowed schemas';
}

function valueAt(value: unknown, path: PropertyKey[]): unknown {
  let current: unknown = value;
  for (const key of path) {
    if (typeof current !== 'object' || current === null) return undefined;
    current = (current as Record<PropertyKey, unknown>)[key];
  }
  return current;
}

function togetherComplaints(blocks: Block[], at: string): string[] {
  const complaints: string[] = [];
  const blockIds = new Set<string>();
  let markdownLength = 0;
  for (const [index, each] of blocks.entries()) {
    const here = `${at}/${index}`;
    if (each.block_id && blockIds.has(each.block_id)) {
      complaints.push(`\`block_id\` "${each.block_id}" already exists [json-pointer:${here}/block_id]`);
    }
    if (each.block_id) blockIds.add(each.block_id);
    if (each.type === 'markdown') markdownLength += each.text.length;
    complaints.push(...shapeComplaints(each, here));
  }
  if (markdownLength > 12_000)
    complaints.push(`markdown blocks must be less than 12001 characters [json-pointer:${at}]`);
  return complaints;
}

function shapeComplaints(each: Block, here: string): string[] {
  if (each.type === 'section' && !each.text && !each.fields)
    return [`missing required field: text [json-pointer:${here}]`];
  if (each.type === 'image' && !each.image_url && !each.slack_file) {
    return [`missing required field: image_url [json-pointer:${here}]`];
  }
  if (each.type !== 'actions') return [];
  const seen = new Set<string>();
  return each.elements.flatMap((element, index) => {
    const id = element.action_id;
    if (id === undefined) return [];
    if (!seen.has(id)) {
      seen.add(id);
      return [];
    }
    return [`\`action_id\` "${id}" already exists [json-pointer:${here}/elements/${index}/action_id]`];
  });
}

const view = z.strictObject({
  type: z.enum(['modal', 'home']),
  title: plain(24).optional(),
  blocks: z.array(z.unknown()),
  submit: plain(24).optional(),
  close: plain(24).optional(),
  private_metadata: z.string().max(3000).optional(),
  callback_id: z.string().max(255).optional(),
  external_id: z.string().max(255).optional(),
  clear_on_close: z.boolean().optional(),
  notify_on_close: z.boolean().optional(),
  submit_disabled: z.boolean().optional(),
});

export function viewComplaints(candidate: unknown, type: 'modal' | 'home'): string[] {
  const result = view.safeParse(candidate);
  if (!result.success) return complaintsOf(result.error, candidate, '/view');
  const { data } = result;
  if (data.type !== type) return [`unsupported type: ${data.type} [json-pointer:/view/type]`];
  if (type === 'modal' && !data.title) return ['missing required field: title [json-pointer:/view]'];
  const asks = data.blocks.some((each) => valueAt(each, ['type']) === 'input');
  if (type === 'modal' && asks && !data.submit) return ['missing required field: submit [json-pointer:/view]'];
  return blockComplaints(data.blocks, '/view/blocks', 100);
}
