"""Xinheng (信衡): customer credit files and credit management."""
