"""Saved schemas: documents under a name, every version kept, changed only by whoever knows the latest one."""
