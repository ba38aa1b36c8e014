import {
  type EvaluationResult,
  IAMClient,
  paginateSimulatePrincipalPolicy,
  SimulatePrincipalPolicyCommand,
} from '@aws-sdk/client-iam'
import { expect, test } from 'vitest'
import { sandboxForTests } from '../support/sandbox.ts'

const sandbox = sandboxForTests()
const iam = () => new IAMClient({ region: sandbox.region })
const arnOf = (name: string) => `arn:aws:iam::${sandbox.account}:user/${name}`
const decisions = (result: EvaluationResult | undefined) => [
  result?.EvalActionName,
  result?.EvalDecision,
  result?.ResourceSpecificResults?.map((one) => [one.EvalResourceName, one.EvalResourceDecision]),
]

test('answers one result per action, with each resource within it, in pages', async () => {
  await sandbox.createUser('reader', { allow: ['s3:GetObject', 's3:PutObject'] })
  const question = {
    PolicySourceArn: arnOf('reader'),
    ActionNames: ['s3:GetObject', 's3:DeleteObject', 's3:PutObject'],
    ResourceArns: ['arn:aws:s3:::a/b&c', 'arn:aws:s3:::d/e'],
  }
  const results: (EvaluationResult | undefined)[] = []
  let pages = 0
  for await (const page of paginateSimulatePrincipalPolicy({ client: iam() }, { ...question, MaxItems: 2 })) {
    pages += 1
    results.push(...(page.EvaluationResults ?? []))
  }
  expect(pages).toBe(2)
  const each = (decision: string) => question.ResourceArns.map((arn) => [arn, decision])
  expect(results.map(decisions)).toEqual([
    ['s3:GetObject', 'allowed', each('allowed')],
    ['s3:DeleteObject', 'implicitDeny', each('implicitDeny')],
    ['s3:PutObject', 'allowed', each('allowed')],
  ])
})

test('does not know whom nobody made, nor what is no user and no role', async () => {
  const ask = (PolicySourceArn: string) =>
    iam().send(new SimulatePrincipalPolicyCommand({ PolicySourceArn, ActionNames: ['s3:GetObject'] }))
  await expect(ask(arnOf('nobody'))).rejects.toMatchObject({ name: 'NoSuchEntityException' })
  await expect(ask('arn:aws:iam::123456789012:root')).rejects.toMatchObject({ name: 'InvalidInputException' })
})
