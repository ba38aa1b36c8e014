/** Ports whose other side the emulator lacks (inference profiles, running functions): AWS's answers by a client mock. */
import { BedrockClient, GetInferenceProfileCommand } from '@aws-sdk/client-bedrock'
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { mockClient } from 'aws-sdk-client-mock'
import { beforeEach, describe, expect, test } from 'vitest'
import { LambdaEnforceCaller, LambdaEnforceTrigger } from '../../src/runtime/aws/enforce-trigger.ts'
import { BedrockProfiles } from '../../src/runtime/aws/profile-resolver.ts'
import { awsError } from '../fakes/faults.ts'

const bedrock = mockClient(BedrockClient)
const lambda = mockClient(LambdaClient)
beforeEach(() => {
  bedrock.reset()
  lambda.reset()
})

describe('the profile resolver', () => {
  const profiles = new BedrockProfiles({ client: new BedrockClient({ region: 'us-east-1' }) })
  const arn = 'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc123def456'
  const answer = (...modelArns: readonly string[]) =>
    bedrock.on(GetInferenceProfileCommand).resolves({ models: modelArns.map((modelArn) => ({ modelArn })) })
  const model = 'anthropic.claude-sonnet-4-5-20250929-v1:0'

  test('names the model behind a profile, regional when every model has a region', async () => {
    answer(
      `arn:aws:bedrock:us-east-1::foundation-model/${model}`,
      `arn:aws:bedrock:us-west-2::foundation-model/${model}`,
    )
    expect(await profiles.resolve(arn)).toEqual({ model, scope: 'regional' })
  })

  test('is global when one of its models has no region', async () => {
    answer(`arn:aws:bedrock:us-east-1::foundation-model/${model}`, `arn:aws:bedrock:::foundation-model/${model}`)
    expect(await profiles.resolve(arn)).toEqual({ model, scope: 'global' })
  })

  test('of two models names neither: its calls stay at an assumed price until the admin sets one', async () => {
    answer(
      `arn:aws:bedrock:us-east-1::foundation-model/${model}`,
      'arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-opus-4-7',
    )
    expect(await profiles.resolve(arn)).toBe('gone')
    answer(`arn:aws:bedrock:us-east-1::foundation-model/${model}`, arn)
    expect(await profiles.resolve(arn)).toBe('gone')
    answer()
    expect(await profiles.resolve(arn)).toBe('gone')
  })

  test.each([
    ['gone', 'ResourceNotFoundException'],
    ['gone', 'ValidationException'],
    ['not-allowed', 'AccessDeniedException'],
  ])('answers %s for %s', async (expected, name) => {
    bedrock.on(GetInferenceProfileCommand).rejects(awsError(name))
    expect(await profiles.resolve(arn)).toBe(expected)
  })

  test('throws what it does not expect, so that it is asked again', async () => {
    bedrock.on(GetInferenceProfileCommand).rejects(awsError('ThrottlingException'))
    await expect(profiles.resolve(arn)).rejects.toThrow('ThrottlingException')
  })
})

describe('waking enforce', () => {
  const client = new LambdaClient({ region: 'us-east-1' })
  const sent = () => {
    const { InvocationType, Payload } = lambda.commandCalls(InvokeCommand)[0]?.args[0].input ?? {}
    return { InvocationType, event: JSON.parse(new TextDecoder().decode(Payload as Uint8Array)) }
  }

  test('by ingest does not wait for it', async () => {
    lambda.on(InvokeCommand).resolves({ StatusCode: 202 })
    await new LambdaEnforceTrigger({ client, functionName: 'cost-guard-enforce' }).poke()
    expect(sent()).toEqual({ InvocationType: 'Event', event: { kind: 'check', from: 'poke' } })
  })

  test('by a command gives its answer', async () => {
    const answer = { ran: 'now', blocked: ['user/tanaka'], released: [], warned: [], cannotBlock: [], problems: [] }
    lambda.on(InvokeCommand).resolves({ Payload: new TextEncoder().encode(JSON.stringify(answer)) as never })
    const caller = new LambdaEnforceCaller({ client, functionName: 'cost-guard-enforce' })
    expect(await caller.ask({ kind: 'check', from: 'command' })).toEqual(answer)
    expect(sent()).toEqual({ InvocationType: 'RequestResponse', event: { kind: 'check', from: 'command' } })
  })

  test('by a command says that the wish is kept when the function failed', async () => {
    const Payload = new TextEncoder().encode('{"errorMessage":"Task timed out after 50.00 seconds"}') as never
    lambda.on(InvokeCommand).resolves({ FunctionError: 'Unhandled', Payload })
    const caller = new LambdaEnforceCaller({ client, functionName: 'cost-guard-enforce' })
    await expect(caller.ask({ kind: 'check', from: 'command' })).rejects.toMatchObject({
      code: 'enforce-failed',
      message: expect.stringContaining('Task timed out after 50.00 seconds'),
    })
  })
})
