/**
 * What each client needs to call Bedrock and to carry the label, as data and text. Pure. Sources, read 2026-11:
 * code.claude.com/docs/en/amazon-bedrock and .../settings (Claude Code), claude.com/docs/cowork/3p/bedrock and
 * .../configuration (Claude Desktop: every value of the OS store is a string, objects are JSON in a string),
 * docs.aws.amazon.com/bedrock/latest/userguide/cost-mgmt-request-metadata.html (the header and Converse's field).
 */
import { hash64 } from '../runtime/domain/base/hash.ts'

export interface ClientWish {
  readonly region: string
  readonly source: string
  readonly model: string | undefined
  readonly awsProfile: string | undefined
}

export interface Client {
  readonly name: string
  /** The first is the default. */
  readonly formats: Readonly<Record<string, { readonly where: string; readonly text: (wish: ClientWish) => string }>>
  /** What an admin must know before handing it out. */
  readonly notes: readonly string[]
  /** Undefined: this client cannot label its calls. */
  readonly labels: boolean
}

export const METADATA_HEADER = 'X-Amzn-Bedrock-Request-Metadata'
const metadata = ({ source }: ClientWish): string => JSON.stringify({ source })

const claudeCodeEnv = (wish: ClientWish): Readonly<Record<string, string>> => ({
  CLAUDE_CODE_USE_BEDROCK: '1',
  AWS_REGION: wish.region,
  ...(wish.awsProfile === undefined ? {} : { AWS_PROFILE: wish.awsProfile }),
  ...(wish.model === undefined ? {} : { ANTHROPIC_MODEL: wish.model }),
  ANTHROPIC_CUSTOM_HEADERS: `${METADATA_HEADER}: ${metadata(wish)}`,
})
const claudeCodeJson = (wish: ClientWish): string => JSON.stringify({ env: claudeCodeEnv(wish) }, null, 2)
const exports = (env: Readonly<Record<string, string>>): string =>
  Object.entries(env)
    .map(([name, value]) => `export ${name}='${value.replaceAll("'", `'\\''`)}'`)
    .join('\n')

const desktopKeys = (wish: ClientWish): readonly (readonly [string, string])[] => [
  ['inferenceProvider', 'bedrock'],
  ['inferenceBedrockRegion', wish.region],
  ...(wish.awsProfile === undefined ? [] : ([['inferenceBedrockProfile', wish.awsProfile]] as const)),
  ...(wish.model === undefined ? [] : ([['inferenceModels', JSON.stringify([wish.model])]] as const)),
  ['inferenceCustomHeaders', JSON.stringify({ [METADATA_HEADER]: metadata(wish) })],
]

const xml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

/** The same settings are the same profile: installing it again replaces it. */
function uuid(text: string): string {
  const hex = hash64(text) + hash64(`${text}#2`)
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)]
    .join('-')
    .toUpperCase()
}

function mobileconfig(wish: ClientWish): string {
  const keys = desktopKeys(wish).map(([key, value]) => `      <key>${key}</key>\n      <string>${xml(value)}</string>`)
  const about = (type: string, id: string, name: string, indent: string) =>
    [
      `<key>PayloadType</key><string>${type}</string>`,
      `<key>PayloadIdentifier</key><string>${id}</string>`,
      `<key>PayloadUUID</key><string>${uuid(id)}</string>`,
      `<key>PayloadDisplayName</key><string>${name}</string>`,
      '<key>PayloadVersion</key><integer>1</integer>',
    ]
      .map((line) => indent + line)
      .join('\n')
  const id = `cost-guard.claude-desktop.${wish.region}`
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">',
    '<plist version="1.0">',
    '<dict>',
    about('Configuration', id, 'Claude Desktop on Amazon Bedrock', '  '),
    '  <key>PayloadContent</key>',
    '  <array>',
    '    <dict>',
    about('com.anthropic.claudefordesktop', `${id}.settings`, 'Claude Desktop', '      '),
    ...keys,
    '    </dict>',
    '  </array>',
    '</dict>',
    '</plist>',
  ].join('\n')
}

const reg = (wish: ClientWish): string =>
  [
    'Windows Registry Editor Version 5.00',
    '',
    '[HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\Claude]',
    ...desktopKeys(wish).map(([key, value]) => `"${key}"="${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`),
  ].join('\r\n')

const modelIn = (wish: ClientWish): string => wish.model ?? 'MODEL-ID'

const python = (wish: ClientWish): string =>
  [
    'import boto3',
    '',
    `client = boto3.client("bedrock-runtime", region_name=${JSON.stringify(wish.region)})`,
    'answer = client.converse(',
    `    modelId=${JSON.stringify(modelIn(wish))},`,
    '    messages=[{"role": "user", "content": [{"text": "Hello"}]}],',
    `    requestMetadata={"source": ${JSON.stringify(wish.source)}},`,
    ')',
  ].join('\n')

const javascript = (wish: ClientWish): string =>
  [
    "import { BedrockRuntimeClient, ConverseCommand } from '@aws-sdk/client-bedrock-runtime'",
    '',
    `const client = new BedrockRuntimeClient({ region: ${JSON.stringify(wish.region)} })`,
    'const answer = await client.send(',
    '  new ConverseCommand({',
    `    modelId: ${JSON.stringify(modelIn(wish))},`,
    "    messages: [{ role: 'user', content: [{ text: 'Hello' }] }],",
    `    requestMetadata: { source: ${JSON.stringify(wish.source)} },`,
    '  }),',
    ')',
  ].join('\n')

const awsCli = (wish: ClientWish): string =>
  [
    'aws bedrock-runtime converse',
    `--region ${wish.region}`,
    ...(wish.awsProfile === undefined ? [] : [`--profile ${wish.awsProfile}`]),
    `--model-id ${modelIn(wish)}`,
    `--messages '[{"role":"user","content":[{"text":"Hello"}]}]'`,
    `--request-metadata source=${wish.source}`,
  ].join(' \\\n  ')

const environment = (wish: ClientWish): string =>
  exports({
    AWS_REGION: wish.region,
    ...(wish.awsProfile === undefined ? {} : { AWS_PROFILE: wish.awsProfile }),
  })

const apiKey = (wish: ClientWish): string =>
  `${exports({ AWS_BEARER_TOKEN_BEDROCK: 'PASTE-THE-KEY-HERE', AWS_REGION: wish.region })}`

const unpinned =
  'Without --model the program chooses the model and may move to a dearer one with an update: pin one where cost matters.'

export const CLIENTS: Readonly<Record<string, Client>> = {
  'claude-code': {
    name: 'Claude Code',
    labels: true,
    formats: {
      settings: { where: '~/.claude/settings.json of the person', text: claudeCodeJson },
      managed: {
        where:
          'managed settings that the person cannot change: /etc/claude-code/managed-settings.d/20-cost-guard.json (Linux), ' +
          '/Library/Application Support/ClaudeCode/managed-settings.json (macOS), ' +
          'C:\\Program Files\\ClaudeCode\\managed-settings.json (Windows)',
        text: claudeCodeJson,
      },
      env: { where: 'a shell', text: (wish) => exports(claudeCodeEnv(wish)) },
    },
    notes: [
      unpinned,
      'CLAUDE_CODE_USE_MANTLE sends calls to another endpoint that Bedrock does not log: the guard cannot count them (its deny does stop them).',
    ],
  },
  'claude-desktop': {
    name: 'Claude Desktop',
    labels: true,
    formats: {
      mobileconfig: { where: 'a .mobileconfig file for macOS, installed by MDM or by hand', text: mobileconfig },
      reg: { where: 'a .reg file for Windows, imported as administrator or by policy', text: reg },
    },
    notes: ['The program reads its configuration at its start only: quit and start it again.', unpinned],
  },
  sdk: {
    name: 'AWS SDK',
    labels: true,
    formats: {
      python: { where: 'a Python program', text: python },
      js: { where: 'a JavaScript program', text: javascript },
    },
    notes: [
      `With InvokeModel the label goes into the signed header ${METADATA_HEADER}; Converse takes requestMetadata and ignores the header.`,
    ],
  },
  cli: {
    name: 'AWS CLI',
    labels: true,
    formats: { command: { where: 'a shell', text: awsCli } },
    notes: ['invoke-model takes no metadata in older versions of the CLI: such calls count under the label none.'],
  },
  cline: {
    name: 'Cline',
    labels: false,
    formats: {
      env: { where: 'the shell that starts the editor; then choose "AWS Profile" in Cline', text: environment },
    },
    notes: ['Cline sends no metadata with its calls as far as is known: they count in full, under the label none.'],
  },
  gateway: {
    name: 'a gateway (LiteLLM, Portkey, your own)',
    labels: false,
    formats: { env: { where: 'the environment of the gateway', text: environment } },
    notes: [
      'AWS sees the gateway and not the people behind it: all of them are one principal with one limit, and a block stops them all.',
      'To tell them apart let the gateway assume one role with a session name per person (--session-role), or give each person an identity.',
    ],
  },
  'api-key': {
    name: 'a Bedrock API key',
    labels: false,
    formats: { env: { where: 'a shell', text: apiKey } },
    notes: [
      'A long-term key belongs to an IAM user of its own (BedrockAPIKey-...) or to the user it was made for: that user is the principal, its limit and block hold for the key.',
      'Whoever holds the key spends as that user: several people with one key cannot be told apart.',
    ],
  },
}
