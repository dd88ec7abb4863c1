"""Who answers which question about files."""

from __future__ import annotations

from app.file_answerers import data, evaluations, examples, labelling, probes, saving
from app.files import FileQuestion
from app.services.files import FileAnswerer

FILE_ANSWERERS: dict[type[FileQuestion], FileAnswerer] = {}
FILE_ANSWERERS |= probes.ANSWERERS
FILE_ANSWERERS |= evaluations.ANSWERERS
FILE_ANSWERERS |= examples.ANSWERERS
FILE_ANSWERERS |= data.ANSWERERS
FILE_ANSWERERS |= labelling.ANSWERERS
FILE_ANSWERERS |= saving.ANSWERERS
