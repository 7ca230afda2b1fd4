"""The addresses of receiving."""

from django.urls import path

from suyuan.desk import (
    receiving,
    receiving_accuracy,
    receiving_correct,
    receiving_receipt,
    receiving_returns,
    receiving_transfers,
)

urlpatterns = [
    path("receiving", receiving.receiving, name="receiving"),
    path("receiving/done", receiving_receipt.received, name="received"),
    path("receiving/transfers", receiving_transfers.transfers, name="transfers"),
    path("receiving/transfers/done", receiving_receipt.received, name="transferred"),
    path("receiving/returns", receiving_returns.returns, name="returns"),
    path("receiving/returns/done", receiving_receipt.received, name="returned"),
    path("receiving/accuracy", receiving_accuracy.accuracy, name="accuracy"),
    path("receiving/receipt/<uuid:event>", receiving_receipt.receipt, name="receipt"),
    path("receiving/receipt/<uuid:event>/correct", receiving_correct.correcting, name="correct_receipt"),
    path("receiving/corrected", receiving_correct.corrected, name="receipt_corrected"),
    path("receiving/file/<slug:log>/<uuid:event>/<slug:hash>", receiving_receipt.paper, name="receipt_file"),
]
