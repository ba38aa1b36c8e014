/** What is loaded of this SDK package when it is first needed; see clients.ts. */
export { ApiGatewayV2Client } from '@aws-sdk/client-apigatewayv2'
