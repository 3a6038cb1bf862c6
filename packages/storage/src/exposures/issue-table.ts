export interface ExposureIssueTable {
  exposure_id: number;
  version: number;
  told_version: number;
  repository_id: number | null;
  intended_at_ms: number | null;
  number: number | null;
}
