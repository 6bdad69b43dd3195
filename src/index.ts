/** What plugins share; everything here is public, for plugins of others too. */

export { BaseCommand, type CommandContext, type CqkdHook, type GlobalFlags } from './command/base-command.js';
export { type Failure, failureOf } from './command/failure.js';
export { duration, parseDuration, size, wholeNumber } from './command/flags.js';
export { nodeBinaryFlag } from './command/node-binary-flag.js';
export { parseSize } from './compose/amounts.js';
export { CoordinatorClient, CoordinatorError } from './coordinator-client/coordinator-client.js';
export { type ImageSource, imageSources } from './drivers/docker/image/reference.js';
export type * from './drivers/driver.js';
export { openDriver } from './drivers/open-driver.js';
export { type DriverName, driverNames } from './drivers/open-infrastructure.js';
export { runningUnits } from './drivers/running.js';
export * from './errors.js';
export { exitCodeOf } from './gate/exit-code.js';
export { explainMetric, type MetricExplanation } from './gate/explain.js';
export { type JudgedMetric, type Judgement, judge, type Measured, type Verdict, worst } from './gate/gate.js';
export {
  type MetricDefinition,
  type MetricId,
  type MetricUnit,
  metricIds,
  metrics,
  type PhaseNumber,
  phasesOf,
} from './gate/metrics.js';
export { type OwnTargets, readOwnTargets } from './gate/own-targets.js';
export type { Round, SoakedMetric, Spread, Streak } from './gate/soak.js';
export { type Column, columnFor, columns, type Target, targetOf } from './gate/targets.js';
export type { Previous, Trend } from './gate/trend.js';
export { mostRecordBytes, readGivenFile } from './given-file.js';
export { cpuTimesBetween, readCpuTimes } from './machine/cpu-times.js';
export type { Machine } from './machine/machine.js';
export { type NodeBinary, readNodeBinary } from './machine/node-binary.js';
export { readMachine } from './machine/read-machine.js';
export { type MeasureOptions, measure } from './measure/measure.js';
export { saturationOf } from './measure/saturation.js';
export type { Subject, Usage } from './measure/subject.js';
export { type AddressBlock, addressAt, addressBlock } from './plan/address-block.js';
export { createPlan, workerName } from './plan/create-plan.js';
export { type PlanChange, planChange } from './plan/diff.js';
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
export { type ChartInit, chartFont, drawChart } from './report/chart.js';
export { type ChartLook, type Ink, inkOf } from './report/chart-palette.js';
export { renderComposed } from './report/compose-text.js';
export { renderDeployment, renderDown, renderScaling } from './report/deploy-text.js';
export type { ChartOption } from './report/draw-svg.js';
export { renderExplanation } from './report/explain-text.js';
export { formatBytes, formatMoment, formatSeconds, formatValue } from './report/format.js';
export { Html, type HtmlPart, html, xmlText } from './report/html.js';
export {
  type HtmlPage,
  type HtmlSection,
  htmlFacts,
  htmlFigure,
  htmlList,
  htmlPage,
  htmlTable,
  htmlVerdict,
} from './report/html-page.js';
export { renderImageBuild } from './report/image-text.js';
export { type JUnitCase, type JUnitSuite, junitXml } from './report/junit.js';
export { escapeMarkdown, markdownImage, markdownList, markdownTable } from './report/markdown.js';
export { renderPlan, wrap } from './report/plan-text.js';
export { checkReportFiles, endingOf, writeReportFile } from './report/report-files.js';
export { renderStatus } from './report/status-text.js';
export { renderFacts, renderTable } from './report/table.js';
export { paintVerdict, verdictMarks } from './report/verdict.js';
export { checkVerifyReports, type VerifyReport, writeVerifyReports } from './report/verify-report.js';
export { renderRound } from './report/verify-round.js';
export { renderVerify } from './report/verify-table.js';
export { type ComposeOptions, type ComposeResult, compose } from './services/compose.js';
export { type DeployOptions, deploy } from './services/deploy.js';
export { type DownOptions, type DownResult, down } from './services/down.js';
export {
  type GateAnswer,
  type GateFailure,
  type HookAnswers,
  type HookData,
  type HookRunner,
  noHooks,
} from './services/hooks.js';
export { buildImage, type ImageBuildOptions, type ImageBuildResult } from './services/image.js';
export { followLogs, type LogsOptions, type LogsResult, readLogs } from './services/logs.js';
export {
  isEnding,
  type MendableNetwork,
  type NetworkHandle,
  openNetwork,
  openToMend,
} from './services/network-handle.js';
export { coordinatorUnit, unitsOf } from './services/plan-units.js';
export { type OnProgress, ProgressList, type ProgressTask } from './services/progress.js';
export { recordRun } from './services/record-run.js';
export type { DeployResult, SoakSummary, VerifiedMetric, VerifyResult } from './services/results.js';
export { type Runtime, runtimeOf } from './services/runtime.js';
export { type ScaleOptions, type ScaleResult, scale, scaleLocked } from './services/scale.js';
export {
  type Moved,
  meanBefore,
  meanPlan,
  moveToPlan,
  orPutBack,
  putLive,
  settle,
} from './services/settings/change-settings.js';
export { type Drift, driftsOf, meantBy } from './services/settings/drift.js';
export { isLive, needsRestart, planWithSettings } from './services/settings/plan-settings.js';
export { roll } from './services/settings/roll.js';
export {
  type HostStatus,
  type NetworkStatus,
  type StatusOptions,
  type StatusResult,
  type StatusState,
  status,
} from './services/status.js';
export { subjectOf } from './services/subject.js';
export { finalVerdict, type VerifyOptions, verify } from './services/verify.js';
export { type VerifyRun, verifyRuns } from './services/verify-history.js';
export {
  type MeasureAndJudgeOptions,
  measureAndJudge,
  requireMetric,
  requireMetrics,
} from './services/verify-measure.js';
export { parseAssignments, parseGivenSettings } from './settings/given-settings.js';
export { nearest } from './settings/nearest.js';
export { type Deployment, type PendingChange, readToken } from './state/deployment.js';
export {
  addToJournal,
  type JournalEntry,
  type JournalStage,
  markInJournal,
  readJournal,
  removeFromJournal,
} from './state/journal.js';
export { lockNetwork } from './state/lock.js';
export { type NetworkPaths, networkPaths, requireNetworkName, stateRoot } from './state/paths.js';
export { type PlanRecord, readPlanRecord } from './state/plan-record.js';
export { type RunRecord, readRuns } from './state/run-records.js';
