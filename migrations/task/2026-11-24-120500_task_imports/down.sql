DROP TABLE task_imports;
