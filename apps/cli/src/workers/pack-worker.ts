// A worker is a file of its own beside the built program.
import "@keywarden/repository-scan/pack-worker";
