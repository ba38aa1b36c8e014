/**
 * The built-in price book. Made by scripts/prices.ts (npm run prices:snapshot), never by hand: hand rows are in
 * scripts/prices/hand.ts. A row: model, scope, number of its source, dollars per million tokens (input, output, 5-minute
 * write, 1-hour write, cache read; - where none is listed), and what else it says. docs/pricing.md explains it.
 */

/** The day it was read, and where. */
export const snapshotSources = `
2026-09-23 npm @pydantic/genai-prices 0.1.8 (provider aws), https://aws.amazon.com/bedrock/pricing/
2026-09-23 https://aws.amazon.com/bedrock/pricing/
2026-11-20 https://github.com/BerriAI/litellm/blob/main/model_prices_and_context_window.json
2025-07-20 https://github.com/convo-lang/convo-lang/blob/main/packages/convo-lang-bedrock/bedrock-pricing.md (copy of the pricing page)
2026-10-07 https://aws.amazon.com/bedrock/pricing/
2026-11-21 https://aws.amazon.com/bedrock/pricing/ (as public estimates of 2026 quote it)
2026-11-20 https://github.com/sungminna/GapS/blob/main/crawl/legacy/aws_pricing_data_titan.md (copy of the pricing page)
2026-09-30 https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws/AmazonBedrockFoundationModels/current/us-east-1/index.json
2026-11-20 https://aws.amazon.com/about-aws/whats-new/2025/11/amazon-bedrock-priority-flex-inference-service-tiers
`

export const snapshotRows = `
amazon.nova-2-lite G+10% 0 0.3 2.5 0 0 0.075
amazon.nova-2-lite R 1 0.39 3.27 0 0 0.0975 regions=eu-central-1
amazon.nova-canvas G=R 2 0 0 0 0 0 units=image:0.06
amazon.nova-lite G=R 0 0.06 0.24 0 0 0.015 batch=0.5@3
amazon.nova-micro G=R 0 0.035 0.14 0 0 0.00875 batch=0.5@3
amazon.nova-premier G=R 4 2.5 12.5 0 0 0.625 until=2026-09-15 batch=0.5@3
amazon.nova-pro G=R 0 0.8 3.2 0 0 0.2 batch=0.5@3
amazon.rerank G=R 2 0 0 0 0 0 units=search:0.001
amazon.titan-embed-image G=R 2 0.8 - - - - units=image:0.00006
amazon.titan-embed-text G=R 0 0.1 - - - -
amazon.titan-embed-text-v2 G=R 5 0.02 - - - -
amazon.titan-image-generator G=R 6 0 0 0 0 0 units=image:0.012
amazon.titan-text-express G=R 0 0.2 0.6 - - -
amazon.titan-text-lite G=R 0 0.15 0.2 - - -
anthropic.claude-3-5-haiku R 4 0.8 4 1 - 0.08 until=2026-10-05
anthropic.claude-3-5-sonnet R 7 3 15 3.75 - 0.3 batch=0.5@3
anthropic.claude-3-7-sonnet R 7 3 15 3.75 - 0.3
anthropic.claude-3-haiku R 0 0.25 1.25 - - - batch=0.5@3
anthropic.claude-3-opus R 0 15 75 - - -
anthropic.claude-3-sonnet R 0 3 15 3.75 - 0.3
anthropic.claude-fable-5 G+10% 7 10 50 12.5 20 1
anthropic.claude-fable-5-1 G+10% 7 10 50 12.5 20 0.25 from=2026-09-01
anthropic.claude-haiku-4-5 G+10% 7 1 5 1.25 2 0.1
anthropic.claude-haiku-5-5 G+10% 4 0.1 0.5 0.125 0.2 0.01 from=2026-10-07
anthropic.claude-haiku-5-5 G+10% 4 0.5 2.5 0.625 1 0.05 from=2026-10-07 over=100000
anthropic.claude-mythos-5-1 G+10% 7 10 50 12.5 20 0.25 from=2026-09-01
anthropic.claude-opus-4 R 7 15 75 18.75 - 1.5
anthropic.claude-opus-4-1 R 7 15 75 18.75 - 1.5
anthropic.claude-opus-4-5 G+10% 7 5 25 6.25 10 0.5
anthropic.claude-opus-4-6 G+10% 7 5 25 6.25 10 0.5
anthropic.claude-opus-4-7 G+10% 7 5 25 6.25 10 0.5
anthropic.claude-opus-4-8 G+10% 7 5 25 6.25 10 0.5
anthropic.claude-opus-5 G+10% 7 5 25 6.25 10 0.5
anthropic.claude-opus-5-5 G+10% 7 4 20 5 8 0.2 from=2026-09-22
anthropic.claude-sonnet-4 G=R 7 3 15 3.75 - 0.3
anthropic.claude-sonnet-4 G=R 7 6 22.5 7.5 - 0.6 over=200000
anthropic.claude-sonnet-4-5 G+10% 7 3 15 3.75 6 0.3
anthropic.claude-sonnet-4-5 G+10% 7 6 22.5 7.5 12 0.6 over=200000
anthropic.claude-sonnet-4-6 G+10% 7 3 15 3.75 6 0.3
anthropic.claude-sonnet-5 G+10% 7 2 10 2.5 4 0.2
anthropic.claude-sonnet-5-5 G+10% 7 2 10 2.5 4 0.2 from=2026-09-28
deepseek.r1 G=R 0 1.35 5.4 - - -
google.gemma-3-12b-it G=R 0 0.09 0.29 - - -
google.gemma-3-27b-it G=R 0 0.23 0.38 - - -
google.gemma-3-4b-it G=R 0 0.04 0.08 - - -
meta.llama3-1-70b-instruct G=R 0 0.72 0.72 - - - batch=0.5@3
meta.llama3-1-8b-instruct G=R 0 0.22 0.22 - - - batch=0.5@3
meta.llama3-2-11b-instruct G=R 0 0.16 0.16 - - -
meta.llama3-2-1b-instruct G=R 0 0.1 0.1 - - -
meta.llama3-2-3b-instruct G=R 0 0.15 0.15 - - -
meta.llama3-2-90b-instruct G=R 0 0.72 0.72 - - -
meta.llama3-3-70b-instruct G=R 0 0.72 0.72 - - - batch=0.5@3
meta.llama3-70b-instruct G=R 0 2.65 3.5 - - -
meta.llama3-8b-instruct G=R 0 0.3 0.6 - - -
meta.llama4-maverick-17b-instruct G=R 0 0.24 0.97 - - - batch=0.5@3
meta.llama4-scout-17b-instruct G=R 0 0.17 0.66 - - - batch=0.5@3
mistral.devstral-2-123b G=R 0 0.4 2 - - -
mistral.magistral-small-2509 G=R 0 0.5 1.5 - - -
mistral.ministral-3-14b-instruct G=R 0 0.2 0.2 - - -
mistral.ministral-3-3b-instruct G=R 0 0.1 0.1 - - -
mistral.ministral-3-8b-instruct G=R 0 0.15 0.15 - - -
mistral.mistral-7b-instruct G=R 0 0.15 0.2 - - -
mistral.mistral-large-2402 G=R 0 4 12 - - -
mistral.mistral-large-3-675b-instruct G=R 0 0.5 1.5 - - -
mistral.mistral-small-2402 G=R 0 1 3 - - -
mistral.mixtral-8x7b-instruct G=R 0 0.45 0.7 - - -
mistral.pixtral-large-2502 G=R 0 2 6 - - -
mistral.voxtral-mini-3b-2507 G=R 0 0.04 0.04 - - -
mistral.voxtral-small-24b-2507 G=R 0 0.1 0.3 - - -
moonshotai.kimi-k3 G=R 2 3 15 3.75 - 0.3
nvidia.nemotron-nano-3-30b G=R 0 0.06 0.24 - - -
nvidia.nemotron-nano-9b G=R 0 0.06 0.23 - - -
nvidia.nemotron-super-3-120b G=R 0 0.15 0.65 - - -
openai.gpt-5.4 R 0 2.75 16.5 - - 0.275
openai.gpt-5.5 R 0 5.5 33 - - 0.55
openai.gpt-5.6-luna G 0 0.2 1.2 0.25 - 0.02
openai.gpt-5.6-luna G 0 0.4 1.8 0.5 - 0.04 over=272000
openai.gpt-5.6-luna R 0 1.1 6.6 1.375 - 0.11 until=2026-07-30
openai.gpt-5.6-luna R 0 0.22 1.32 0.275 - 0.022 from=2026-07-30
openai.gpt-5.6-luna R 0 0.44 1.98 0.55 - 0.044 from=2026-07-30 over=272000
openai.gpt-5.6-sol G+10% 0 5 30 6.25 - 0.5 until=2026-08-21
openai.gpt-5.6-sol G+10% 0 10 45 12.5 - 1 until=2026-08-21 over=272000
openai.gpt-5.6-sol G+10% 0 4 20 5 - 0.4 from=2026-08-21
openai.gpt-5.6-sol G+10% 0 8 30 10 - 0.8 from=2026-08-21 over=272000
openai.gpt-5.6-terra G 0 2 12 2.5 - 0.2
openai.gpt-5.6-terra G 0 4 18 5 - 0.4 over=272000
openai.gpt-5.6-terra R 0 2.75 16.5 3.4375 - 0.275 until=2026-07-30
openai.gpt-5.6-terra R 0 2.2 13.2 2.75 - 0.22 from=2026-07-30
openai.gpt-5.6-terra R 0 4.4 19.8 5.5 - 0.44 from=2026-07-30 over=272000
openai.gpt-oss-120b-1 G=R 0 0.15 0.6 - - - priority=1.75@8 flex=0.5@8
openai.gpt-oss-20b-1 G=R 0 0.07 0.3 - - - priority=1.75@8 flex=0.5@8
qwen.qwen3-32b G=R 0 0.15 0.6 - - - priority=1.75@8 flex=0.5@8 batch=0.5@8
qwen.qwen3-coder-30b-a3b G=R 0 0.15 0.6 - - - priority=1.75@8 flex=0.5@8 batch=0.5@8
qwen.qwen3-coder-480b-a35b G=R 0 0.45 1.8 - - - priority=1.75@8 flex=0.5@8 batch=0.5@8
qwen.qwen3-vl-235b-a22b G=R 0 0.53 2.66 - - -
stability.sd3-5-large G=R 2 0 0 0 0 0 units=image:0.08
stability.sd3-large G=R 2 0 0 0 0 0 units=image:0.08
stability.stable-conservative-upscale G=R 2 0 0 0 0 0 units=image:0.4
stability.stable-creative-upscale G=R 2 0 0 0 0 0 units=image:0.6
stability.stable-diffusion-xl G=R 2 0 0 0 0 0 units=image:0.08
stability.stable-fast-upscale G=R 2 0 0 0 0 0 units=image:0.03
stability.stable-image-control-sketch G=R 2 0 0 0 0 0 units=image:0.07
stability.stable-image-control-structure G=R 2 0 0 0 0 0 units=image:0.07
stability.stable-image-core G=R 2 0 0 0 0 0 units=image:0.04
stability.stable-image-erase-object G=R 2 0 0 0 0 0 units=image:0.07
stability.stable-image-inpaint G=R 2 0 0 0 0 0 units=image:0.07
stability.stable-image-remove-background G=R 2 0 0 0 0 0 units=image:0.07
stability.stable-image-search-recolor G=R 2 0 0 0 0 0 units=image:0.07
stability.stable-image-search-replace G=R 2 0 0 0 0 0 units=image:0.07
stability.stable-image-style-guide G=R 2 0 0 0 0 0 units=image:0.07
stability.stable-image-ultra G=R 2 0 0 0 0 0 units=image:0.14
stability.stable-outpaint G=R 2 0 0 0 0 0 units=image:0.06
stability.stable-style-transfer G=R 2 0 0 0 0 0 units=image:0.08
writer.palmyra-x4 G=R 0 2.5 10 - - -
writer.palmyra-x5 G=R 0 0.6 6 - - -
`
