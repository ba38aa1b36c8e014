/** What Lambda says about a function, and how that differs from what the guard wants. Pure. */
import type { GetFunctionCommandOutput, GetFunctionEventInvokeConfigCommandOutput } from '@aws-sdk/client-lambda'
import { CONFIG_VARIABLE } from '../../runtime/config.ts'
import type { Zoning } from '../../runtime/domain/base/calendar.ts'
import { PAGE_VARIABLE } from '../../runtime/page-config.ts'
import { field, zoneWords } from '../differences.ts'
import type { Difference, Observed } from '../engine/resource.ts'
import { flattenTags } from '../tags.ts'
import type { FunctionDesired } from './function.ts'

export interface FunctionActual {
  readonly arn: string
  readonly description: string | undefined
  readonly runtime: string | undefined
  readonly architecture: string | undefined
  readonly handler: string | undefined
  readonly memoryMb: number | undefined
  readonly timeoutSeconds: number | undefined
  readonly roleArn: string | undefined
  readonly environment: Readonly<Record<string, string>>
  readonly codeSha256: string | undefined
  readonly deadLetterArn: string | undefined
  readonly asyncRetries: number | undefined
  readonly asyncMaxAgeSeconds: number | undefined
  /** 0 is the console's "Throttle" button: the function never runs. */
  readonly reservedConcurrency: number | undefined
  /** The last change failed; what Lambda says about it. */
  readonly failure: string | undefined
}

/** Fields that UpdateFunctionConfiguration changes. */
export const CONFIGURATION = [
  'description',
  'runtime',
  'handler',
  'memoryMb',
  'timeoutSeconds',
  'role',
  'environment',
  'lastChange',
] as const

/** Lambda changes one thing at a time; until then it answers ResourceConflictException to the next change. */
export function observedFunction(
  name: string,
  found: GetFunctionCommandOutput | undefined,
  retries: GetFunctionEventInvokeConfigCommandOutput | undefined,
): Observed<FunctionActual> {
  const configuration = found?.Configuration
  if (found === undefined || configuration === undefined) return { state: 'absent' }
  if (configuration.State === 'Pending') return { state: 'settling', for: `function ${name} to become active` }
  if (configuration.State === 'Deleting') return { state: 'settling', for: `function ${name} to be deleted` }
  if (configuration.LastUpdateStatus === 'InProgress') {
    return { state: 'settling', for: `function ${name} to take its last change` }
  }
  const failed = configuration.State === 'Failed' || configuration.LastUpdateStatus === 'Failed'
  const actual: FunctionActual = {
    arn: configuration.FunctionArn ?? '',
    description: configuration.Description,
    runtime: configuration.Runtime,
    architecture: configuration.Architectures?.[0],
    handler: configuration.Handler,
    memoryMb: configuration.MemorySize,
    timeoutSeconds: configuration.Timeout,
    roleArn: configuration.Role,
    environment: { ...configuration.Environment?.Variables },
    codeSha256: configuration.CodeSha256,
    deadLetterArn: retries?.DestinationConfig?.OnFailure?.Destination,
    asyncRetries: retries?.MaximumRetryAttempts,
    asyncMaxAgeSeconds: retries?.MaximumEventAgeInSeconds,
    reservedConcurrency: found.Concurrency?.ReservedConcurrentExecutions,
    failure: failed
      ? (configuration.LastUpdateStatusReason ?? configuration.StateReason ?? 'failed, without a reason')
      : undefined,
  }
  return { state: 'present', actual, tags: flattenTags(found.Tags) }
}

export const functionDifferences = (desired: FunctionDesired, actual: FunctionActual): readonly Difference[] => [
  ...field('description', { is: actual.description, want: desired.description }),
  ...field('runtime', { is: actual.runtime, want: desired.runtime }),
  ...field('architecture', { is: actual.architecture, want: desired.architecture }),
  ...field('handler', { is: actual.handler, want: desired.handler }),
  ...field('memoryMb', { is: actual.memoryMb, want: desired.memoryMb }),
  ...field('timeoutSeconds', { is: actual.timeoutSeconds, want: desired.timeoutSeconds }),
  ...field('role', { is: actual.roleArn, want: desired.roleArn }),
  ...environmentDifferences(desired.environment, actual.environment),
  ...field('code', { is: actual.codeSha256, want: desired.codeSha256 }),
  ...field('deadLetters', { is: actual.deadLetterArn, want: desired.deadLetterArn }),
  ...field('asyncRetries', { is: actual.asyncRetries, want: desired.asyncRetries }),
  ...field('asyncMaxAgeSeconds', { is: actual.asyncMaxAgeSeconds, want: desired.asyncMaxAgeSeconds }),
  // Any other reservation may be the admin's own choice and harms nothing.
  ...(actual.reservedConcurrency === 0
    ? field('reservedConcurrency', { is: '0 (switched off)', want: undefined })
    : []),
  ...field('lastChange', { is: actual.failure, want: undefined }),
]

/** By setting, so that a plan says which of them changed. */
function environmentDifferences(
  want: Readonly<Record<string, string>>,
  is: Readonly<Record<string, string>>,
): readonly Difference[] {
  return [...new Set([...Object.keys(want), ...Object.keys(is)])].flatMap((variable) => {
    if (want[variable] === is[variable]) return []
    const ours = variable === CONFIG_VARIABLE || variable === PAGE_VARIABLE
    const inside = ours ? configDifferences(variable, want[variable], is[variable]) : []
    if (inside.length > 0) return inside
    // A variable of somebody else may hold a secret: only that it is there is said.
    const said = (value: string | undefined) => (value === undefined ? undefined : 'set')
    const there = field(`environment/${variable}`, { is: said(is[variable]), want: said(want[variable]) })
    return there.length > 0 ? there : field(`environment/${variable}`, { is: 'changed', want: 'as the guard needs it' })
  })
}

function configDifferences(variable: string, want: string | undefined, is: string | undefined): readonly Difference[] {
  const [wanted, found] = [asRecord(want), asRecord(is)]
  if (wanted === undefined || found === undefined) return []
  return [...new Set([...Object.keys(wanted), ...Object.keys(found)])].flatMap((key) =>
    // The addresses of the sign-in each by itself: together they are longer than a line shows.
    isPlain(wanted[key]) && isPlain(found[key])
      ? configDifferences(`${variable}/${key}`, JSON.stringify(wanted[key]), JSON.stringify(found[key]))
      : field(`environment/${variable}/${key}`, { is: asText(found[key]), want: asText(wanted[key]) }),
  )
}

const isPlain = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const asText = (value: unknown): string | undefined =>
  value === undefined || typeof value === 'string' ? value : isZoning(value) ? zoneWords(value) : JSON.stringify(value)

/** It was read from AWS, where anybody may have written anything. */
const isZoning = (value: unknown): value is Zoning =>
  Array.isArray(value) &&
  value.length > 0 &&
  value.every((one) => typeof one?.from === 'string' && typeof one?.zone === 'string')

function asRecord(text: string | undefined): Readonly<Record<string, unknown>> | undefined {
  if (text === undefined) return undefined
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
