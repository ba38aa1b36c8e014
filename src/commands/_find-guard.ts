/** Where a guard is that does not show by its name: another table, another region. Asked only where the usual place is empty. */
import type { AwsClients } from '../provision/clients.ts'
import { GuardError } from '../runtime/domain/base/guard-error.ts'

/** Table that the running guard works on, as its enforce function was told. Undefined: there is no such function, or it may not be looked at. */
export async function tableInUse(clients: AwsClients, guard: string): Promise<string | undefined> {
  const [{ GetFunctionConfigurationCommand }, errors, { CONFIG_VARIABLE }, lambda] = await Promise.all([
    import('../provision/sdk/lambda.ts'),
    import('../runtime/aws/aws-errors.ts'),
    import('../runtime/config.ts'),
    clients.lambda(),
  ])
  try {
    const found = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName: `${guard}-enforce` }))
    const config = found.Environment?.Variables?.[CONFIG_VARIABLE]
    return config === undefined ? undefined : (JSON.parse(config) as { table?: string }).table
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
