/** Where a guard is that does not show by its name: another table, another region. Asked only where the usual place is empty. */
import type { AwsClients } from '../provision/clients.ts'
import type { RuntimeConfig } from '../runtime/config.ts'
import { GuardError } from '../runtime/domain/base/guard-error.ts'

/** What the running guard was told, as its functions hold it. */
export interface InUse {
  readonly table: string
  readonly logGroup: string
  readonly topic: string
  /** IAM path of its roles. */
  readonly rolePath: string
}

/** Undefined: there are no such functions, or they may not be looked at. */
export async function inUse(clients: AwsClients, guard: string): Promise<InUse | undefined> {
  // All are told the same; a teardown that was cut off may have left only the second.
  return (await toldTo(clients, `${guard}-enforce`)) ?? (await toldTo(clients, `${guard}-ingest`))
}

async function toldTo(clients: AwsClients, FunctionName: string): Promise<InUse | undefined> {
  const [{ GetFunctionConfigurationCommand }, errors, { CONFIG_VARIABLE }, lambda] = await Promise.all([
    import('../provision/sdk/lambda.ts'),
    import('../runtime/aws/aws-errors.ts'),
    import('../runtime/config.ts'),
    clients.lambda(),
  ])
  try {
    const found = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }))
    const told = found.Environment?.Variables?.[CONFIG_VARIABLE]
    if (told === undefined) return undefined
    const { table, logGroup, topicArn } = JSON.parse(told) as RuntimeConfig
    const rolePath = /:role(\/(?:.*\/)?)[^/]+$/.exec(found.Role ?? '')?.[1] ?? '/'
    return { table, logGroup, topic: topicArn.slice(topicArn.lastIndexOf(':') + 1), rolePath }
  } catch (error) {
    if (errors.isAbsent(error) || errors.isAccessDenied(error)) return undefined
    throw error
  }
}

/** Region in which a guard of this name is, by the tag on its role: IAM knows no regions. Undefined: nowhere, or it may not be looked at. */
export async function regionOf(clients: AwsClients, guard: string): Promise<string | undefined> {
  const { roleCalled } = await import('../provision/log-readers.ts')
  const role = await roleCalled(clients, `${guard}-enforce`)
  return role?.guard === guard ? role.home : undefined
}

/** @throws GuardError `guard-elsewhere` where the guard is in another region of this account. */
export async function assertNotElsewhere(
  clients: AwsClients,
  { guard, region, command }: { guard: string; region: string; command: (region: string) => string },
): Promise<void> {
  const home = await regionOf(clients, guard)
  if (home === undefined || home === region) return
  throw new GuardError({
    code: 'guard-elsewhere',
    fault: 'user',
    message: `the guard "${guard}" is in ${home}: add --region ${home}`,
    suggestions: [command(home)],
  })
}
