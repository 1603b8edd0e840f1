"""Exact nodes → SQL: one SELECT per request for DuckDB, Spark or PostgreSQL."""

from zongbu.law.sql.query import Column, Query, compile_query

__all__ = ["Column", "Query", "compile_query"]
