"""The demonstration campaign: synthetic records that add up to the figures that a real campaign published."""

from inspections.demo.campaign import ACCOUNTS, CODE, load_campaign

__all__ = ["ACCOUNTS", "CODE", "load_campaign"]
