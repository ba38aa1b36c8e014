import { describe, expect, it } from 'vitest'
import { denyActions, denyDocument } from '../../src/runtime/domain/judging/deny.ts'

/** What IAM counts: the document without white space. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const characters = (document: unknown): number => JSON.stringify(document).length

describe('the deny of a block policy', () => {
  it.each([
    'bedrock:InvokeModel',
    'bedrock:InvokeModelWithResponseStream',
    'bedrock:CreateModelInvocationJob',
    'bedrock:CallWithBearerToken',
    'bedrock-mantle:CreateInference',
    'bedrock-mantle:CallWithBearerToken',
    'aws-external-anthropic:CreateInference',
    'aws-external-anthropic:CreateBatchInference',
    'bedrock:InvokeAgent',
    'bedrock:RetrieveAndGenerate',
    'bedrock:CreateProvisionedModelThroughput',
    'bedrock-agentcore:InvokeAgentRuntime*',
    'bedrock-websearch:Invoke*',
    'nova-act:InvokeActStep',
  ])('holds %s', (action) => {
    expect(denyActions).toContain(action)
  })

  it('names no action twice and nothing that IAM would not take', () => {
    expect(new Set(denyActions).size).toBe(denyActions.length)
    for (const action of denyActions) expect(action).toMatch(/^[a-z-]+:[A-Z][A-Za-z]+\*?$/)
  })

  it('leaves counting tokens free', () => {
    expect(denyActions.filter((action) => action.includes('CountTokens'))).toEqual([])
  })

  it('fits a managed policy of 6,144 characters, with a date and without', () => {
    expect(characters(denyDocument(undefined))).toBeLessThanOrEqual(6144)
    expect(characters(denyDocument('2026-11-30T15:00:00Z'))).toBeLessThanOrEqual(6144)
  })

  it('denies every resource until the literal date', () => {
    const [statement, ...more] = denyDocument('2026-11-30T15:00:00Z').Statement
    expect(more).toEqual([])
    expect(statement).toMatchObject({
      Effect: 'Deny',
      Resource: '*',
      Condition: { DateLessThan: { 'aws:CurrentTime': '2026-11-30T15:00:00Z' } },
    })
    expect(statement?.Sid).toMatch(/^[A-Za-z0-9]+$/)
  })

  it('has no condition when it has no end', () => {
    expect(denyDocument(undefined).Statement[0]).not.toHaveProperty('Condition')
  })
})
