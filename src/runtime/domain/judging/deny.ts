/**
 * Every IAM action that spends on models, so that a blocked principal cannot go on by another door. Source: the AWS
 * service authorization reference (docs.aws.amazon.com/service-authorization/latest/reference, pages of Amazon Bedrock,
 * Bedrock Mantle, Bedrock AgentCore, Nova Act and Claude Platform on AWS), read 2026-09-26. `Converse*` and the
 * bidirectional stream are no IAM actions: InvokeModel* authorises them. CountTokens is free and stays allowed.
 */
export const denyListVersion = '2026-09-26'

const core = [
  'bedrock:InvokeModel',
  'bedrock:InvokeModelWithResponseStream',
  'bedrock:CreateModelInvocationJob',
  'bedrock:CallWithBearerToken',
  // A service prefix of its own: nothing under bedrock: stops it.
  'bedrock-mantle:CreateInference',
  'bedrock-mantle:CallWithBearerToken',
  'aws-external-anthropic:CreateInference',
  'aws-external-anthropic:CreateBatchInference',
  'aws-external-anthropic:CreateSession',
  'aws-external-anthropic:UpdateSession',
  'aws-external-anthropic:CallWithBearerToken',
  'aws-external-anthropic:AssumeConsole',
]

/** A service role pays, or the product is not billed by token. */
const indirect = [
  'bedrock:InvokeAgent',
  'bedrock:InvokeInlineAgent',
  'bedrock:InvokeFlow',
  'bedrock:StartFlowExecution',
  'bedrock:RetrieveAndGenerate',
  'bedrock:AgenticRetrieveStream',
  'bedrock:Retrieve',
  'bedrock:Rerank',
  'bedrock:GenerateQuery',
  'bedrock:OptimizePrompt',
  'bedrock:InvokeBuilder',
  'bedrock:InvokeTool',
  'bedrock:InvokeDataAutomation*',
  'bedrock:InvokeBlueprint*',
  'bedrock:ApplyGuardrail',
  'bedrock:InvokeGuardrailChecks',
  'bedrock:InvokeAutomatedReasoningPolicy',
  'bedrock:StartAutomatedReasoningPolicy*',
  'bedrock:IngestKnowledgeBaseDocuments',
  'bedrock:StartIngestionJob',
  'bedrock:CreateEvaluationJob',
  'bedrock:CreateModelEvaluationJob',
  'bedrock:CreateModelCustomizationJob',
  'bedrock:CreateAdvancedPromptOptimizationJob',
  'bedrock:CreateModelImportJob',
  'bedrock:CreateModelCopyJob',
  'bedrock:CreateCustomModel',
  'bedrock-agentcore:InvokeAgentRuntime*',
  'bedrock-agentcore:InvokeHarness',
  'bedrock-agentcore:InvokeGateway',
  'bedrock-agentcore:InvokeWebSearch',
  'bedrock-agentcore:Evaluate',
  'bedrock-agentcore:StartBatchEvaluation',
  'bedrock-agentcore:StartPolicyGeneration',
  'bedrock-agentcore:StartMemoryExtractionJob',
  'bedrock-websearch:Invoke*',
  'nova-act:CreateWorkflowRun',
  'nova-act:InvokeActStep',
]

/** Bills until it is deleted. */
const capacity = [
  'bedrock:CreateProvisionedModelThroughput',
  'bedrock:UpdateProvisionedModelThroughput',
  'bedrock:CreateCustomModelDeployment',
  'bedrock:UpdateCustomModelDeployment',
  'bedrock:CreateMarketplaceModelEndpoint',
  'bedrock:UpdateMarketplaceModelEndpoint',
  'bedrock-mantle:CreateFineTuningJob',
  'bedrock-mantle:CreateReservation',
  'bedrock-mantle:UpdateReservation',
  'bedrock-mantle:CreateCustomizedModel',
]

export const denyActions: readonly string[] = [...core, ...indirect, ...capacity]

/** A type, not an interface: it must fit where any JSON object is taken. */
export type DenyDocument = {
  readonly Version: '2012-10-17'
  readonly Statement: readonly {
    readonly Sid: string
    readonly Effect: 'Deny'
    readonly Action: readonly string[]
    readonly Resource: '*'
    readonly Condition?: { readonly DateLessThan: { readonly 'aws:CurrentTime': string } }
  }[]
}

/**
 * The deny of one block policy, below IAM's 6,144 characters for a managed policy. `until`: an ISO-8601 UTC time as a
 * literal, because date conditions take no variables; from then on the policy denies nothing. Undefined: without end.
 * Every resource: a deny on model ARNs alone leaves provisioned, imported and mantle models open.
 */
export function denyDocument(until: string | undefined): DenyDocument {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: until === undefined ? 'CostGuardBlockedByAdmin' : 'CostGuardLimitReached',
        Effect: 'Deny',
        Action: denyActions,
        Resource: '*',
        ...(until === undefined ? {} : { Condition: { DateLessThan: { 'aws:CurrentTime': until } } }),
      },
    ],
  }
}
