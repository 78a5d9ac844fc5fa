"""The record-keeping service: who may see and write what, every write as an action, records to tables and back."""
