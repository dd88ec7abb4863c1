"""Where a piece's content comes from: rollout, flow and norm-weighted attention beside the raw weights."""

from app.panels.attention.flow.page import FlowPage

__all__ = ["FlowPage"]
