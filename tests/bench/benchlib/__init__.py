# SPDX-License-Identifier: MIT
"""What run.py is made of: processes, gateways, load, rows, table."""
