"""Our icons: one set of outlines, drawn in the colour of the text beside them."""

from __future__ import annotations

import math
from functools import lru_cache

from PySide6.QtCore import QByteArray, QSize, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from portdesk import assets


def icon(name: str, colour: str, size: int = 16) -> QIcon:
    """`resources/icons/<name>.svg` in `colour`, sharp on the screens there are."""
    app = QGuiApplication.instance()
    sharpest = app.devicePixelRatio() if isinstance(app, QGuiApplication) else 1.0
    return _drawn(name, colour, size, math.ceil(sharpest))


@lru_cache(maxsize=256)
def _drawn(name: str, colour: str, size: int, sharpest: int) -> QIcon:
    outline = (assets.resources() / "icons" / f"{name}.svg").read_text("utf-8")
    renderer = QSvgRenderer(QByteArray(outline.replace("currentColor", colour).encode()))
    made = QIcon()
    for scale in range(1, sharpest + 1):
        pixmap = QPixmap(QSize(size, size) * scale)
        pixmap.fill(QColor(Qt.GlobalColor.transparent))
        with QPainter(pixmap) as painter:
            renderer.render(painter)
        pixmap.setDevicePixelRatio(scale)
        made.addPixmap(pixmap)
    return made
