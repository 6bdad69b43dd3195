/** What plugins share; everything here is public, for plugins of others too. */

export { BaseCommand, type CommandContext, type CqkdHook, type GlobalFlags } from './command/base-command.js';
export { type Failure, failureOf } from './command/failure.js';
export { duration, parseDuration, wholeNumber } from './command/flags.js';
export { CoordinatorClient, CoordinatorError } from './coordinator-client/coordinator-client.js';
export { type ImageSource, imageSources } from './drivers/docker/image/reference.js';
export type * from './drivers/driver.js';
export { openDriver } from './drivers/open-driver.js';
export { type DriverName, driverNames } from './drivers/open-infrastructure.js';
export * from './errors.js';
export { exitCodeOf } from './gate/exit-code.js';
export { type JudgedMetric, type Judgement, judge, type Measured, type Verdict, worst } from './gate/gate.js';
export { type MetricDefinition, type MetricId, type MetricUnit, metricIds, metrics } from './gate/metrics.js';
export { type Column, columnFor, columns, type Target, targetOf } from './gate/targets.js';
export type { Machine } from './machine/machine.js';
export { readMachine } from './machine/read-machine.js';
export { type MeasureOptions, measure } from './measure/measure.js';
export type { Subject, Usage } from './measure/subject.js';
export { type AddressBlock, addressAt, addressBlock } from './plan/address-block.js';
export { createPlan, workerName } from './plan/create-plan.js';
export { type PlanChange, planChange, stopOrder } from './plan/diff.js';
export {
  type Limit,
  type Plan,
  type PlanInput,
  type Ratio,
  type TierPlan,
  type Topology,
  type TopologyChoice,
  topologies,
} from './plan/plan.js';
export { type Preset, presets, workersFor } from './plan/presets.js';
export { mostNodesPerHost, type PlanTier, tierOrder } from './plan/tiers.js';
export { renderComposed } from './report/compose-text.js';
export { renderDeployment, renderDown, renderScaling } from './report/deploy-text.js';
export { formatBytes, formatSeconds, formatValue } from './report/format.js';
export { renderImageBuild } from './report/image-text.js';
export { renderPlan } from './report/plan-text.js';
export { renderStatus } from './report/status-text.js';
export { renderFacts, renderTable } from './report/table.js';
export { renderJudgement } from './report/verify-table.js';
export { type ComposeOptions, type ComposeResult, compose } from './services/compose.js';
export { type DeployOptions, deploy } from './services/deploy.js';
export { type DownOptions, type DownResult, down } from './services/down.js';
export { type HookData, type HookRunner, noHooks } from './services/hooks.js';
export { buildImage, type ImageBuildOptions, type ImageBuildResult } from './services/image.js';
export { followLogs, type LogsOptions, type LogsResult, readLogs } from './services/logs.js';
export { type NetworkHandle, openNetwork } from './services/network-handle.js';
export { type OnProgress, ProgressList, type ProgressTask } from './services/progress.js';
export { recordRun } from './services/record-run.js';
export type { DeployResult, VerifyResult } from './services/results.js';
export { type ScaleOptions, type ScaleResult, scale } from './services/scale.js';
export {
  type HostStatus,
  type NetworkStatus,
  type StatusOptions,
  type StatusResult,
  type StatusState,
  status,
} from './services/status.js';
export { subjectOf } from './services/subject.js';
export { type VerifyOptions, verify } from './services/verify.js';
export { parseAssignments, parseGivenSettings } from './settings/given-settings.js';
export { nearest } from './settings/nearest.js';
export { addToJournal, type JournalEntry, readJournal, removeFromJournal } from './state/journal.js';
export { lockNetwork } from './state/lock.js';
export { type NetworkPaths, networkPaths, requireNetworkName, stateRoot } from './state/paths.js';
export { type PlanRecord, readPlanRecord } from './state/plan-record.js';
export type { RunRecord } from './state/run-records.js';
