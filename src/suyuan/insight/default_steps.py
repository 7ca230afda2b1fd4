"""The steps of the processes, as a new installation has them; a planner changes the rows."""

from suyuan.insight.steps import Step

DEFAULTS = (
    Step(
        "inbound", 10, "下采购订单", "Order goods", "buyer",
        "库存不足，或生产计划需要", "Stock runs low, or production plans need it",
        "alert:low", 240, "/orders", "PutPurchaseOrders",
    ),
    Step(
        "inbound", 20, "收货", "Receive", "keeper",
        "货车到达，或到货通知到期", "A truck arrives, or a notice is due",
        "plan:notice plan:order alert:order_late", 30, "/receiving", "Receive",
    ),
    Step(
        "inbound", 30, "打印并粘贴标签", "Label", "keeper",
        "收到没有标签的批次或托盘", "A lot or pallet came without a label",
        "command:Receive", 15, "/labels", "ReplaceLabel",
    ),
    Step(
        "inbound", 40, "核对收货差异", "Settle differences", "buyer",
        "实收与订单或通知不符", "What came differs from the order or notice",
        "alert:receipt_difference", 1440, "/orders", "CorrectReceipt",
    ),
    Step(
        "quality", 10, "检验", "Inspect", "inspector",
        "货物收货入库，状态为待检", "Goods were received and wait for their verdict",
        "command:Receive command:Produce alert:pending_long", 240, "/inspection", "Inspect",
    ),
    Step(
        "quality", 20, "处置不合格品", "Decide on what does not conform", "quality",
        "检验不合格，或登记了不合格", "An inspection failed, or somebody reported it",
        "command:ReportNonConformance alert:report_overdue", 1440, "/nonconformances", "DecideNonConformance",
    ),
    Step(
        "quality", 30, "冻结", "Hold", "inspector",
        "怀疑货物有问题", "Somebody doubts the goods",
        "alert:expired", 10, "/hold", "Hold",
    ),
    Step(
        "quality", 40, "解除冻结", "Release", "quality",
        "冻结的原因已查清", "The reason of the hold is settled",
        "command:Hold alert:held_long", 1440, "/release", "Release",
    ),
    Step(
        "storage", 10, "上架", "Put away", "keeper",
        "货物在收货口，可以上架", "Goods stand at the dock and may be stored",
        "command:Receive command:Inspect", 60, "/moving", "PutAway",
    ),
    Step(
        "storage", 20, "处理临期与呆滞", "Look after what expires or does not move", "keeper",
        "货物临期、呆滞或超储", "Goods expire soon, do not move or are too many",
        "alert:near_expiry alert:dead alert:ageing alert:high", 1440, "/alerts", "Move",
    ),
    Step(
        "storage", 30, "移库", "Move", "keeper",
        "库位需要腾空或补货", "A bin is to be emptied or filled up",
        "plan:shift", 30, "/moving", "Move",
    ),
    Step(
        "counting", 10, "生成盘点单", "Make a count sheet", "keeper",
        "盘点计划到期", "A counting plan is due",
        "plan:count alert:count_overdue", 15, "/counting", "MakeCount",
    ),
    Step(
        "counting", 20, "盘点", "Count", "keeper",
        "盘点单已下发", "A sheet was handed out",
        "command:MakeCount", 240, "/counting", "KeepCount",
    ),
    Step(
        "counting", 30, "判定差异", "Judge differences", "keeper",
        "盘点完成且有差异", "A count is finished and differs",
        "command:FinishCount", 240, "/counting", "JudgeCount",
    ),
    Step(
        "counting", 40, "签批大额差异", "Sign large differences", "quality",
        "差异超过限额", "A difference is above the threshold",
        "command:PostCount", 1440, "/approvals", "PostCount",
    ),
    Step(
        "outbound", 10, "录入销售订单", "Enter the order", "finance",
        "客户下单", "A customer orders",
        "plan:order", 60, "/orders", "PutSalesOrders",
    ),
    Step(
        "outbound", 12, "申请领料", "Ask for goods", "production",
        "部门急需，或生产缺料", "A department or a line needs goods at once",
        "plan:order", 15, "/orders/need", "WriteIssue",
    ),
    Step(
        "outbound", 15, "分配批次", "Allocate lots", "keeper",
        "有新订单，或已预留的货物被冻结、接管", "An order came, or what was kept for one is held or taken over",
        "command:PutSalesOrders command:WriteIssue alert:order_unkept", 30, "/orders", "Reserve",
    ),
    Step(
        "outbound", 18, "下发拣货", "Release to picking", "keeper",
        "订单已预留货物，承运商将到", "Goods are kept for orders, and their carrier comes soon",
        "command:Reserve", 30, "/picking", "MakeWave",
    ),
    Step(
        "outbound", 20, "拣货", "Pick", "keeper",
        "有待领取的拣货路线", "A tour waits to be taken",
        "command:MakeWave command:RushOrder", 60, "/picking", "PickTask",
    ),
    Step(
        "outbound", 24, "装箱称重", "Pack and weigh", "keeper",
        "订单的货物已拣到待发区", "The goods of an order were picked to the dock",
        "command:PickTask command:Pick", 30, "/shipping/pack", "Pack",
    ),
    Step(
        "outbound", 27, "扫描装车", "Load the truck by scan", "keeper",
        "货物备齐，车辆到达", "Goods are ready and the truck is here",
        "command:Pack", 30, "/shipping/loads", "CloseLoad",
    ),
    Step(
        "outbound", 30, "发货", "Dispatch", "keeper",
        "货物已装车，或无需装车核对", "The truck is loaded, or needs no check",
        "command:PickTask command:Pick command:CloseLoad", 30, "/shipping", "Ship",
    ),
    Step(
        "outbound", 35, "预约承运商", "Book a carrier", "keeper",
        "货物已发出，未预约承运商；或预约失败", "Goods have left and no carrier is booked, or a booking failed",
        "command:Ship alert:booking_failed", 30, "/consignments", "BookCarrier",
    ),
    Step(
        "outbound", 40, "送达签收", "Deliver", "carrier",
        "车辆离开仓库", "The truck has left",
        "command:Ship", 1440, "/deliveries", "Deliver",
    ),
    Step(
        "outbound", 50, "跟进异常运单", "Look after what does not arrive", "keeper",
        "运单超时、无轨迹、异常或拒收", "A consignment is late, silent, in trouble or refused",
        "alert:delivery_late alert:delivery_stuck alert:delivery_trouble", 240, "/consignments", "CancelCarrier",
    ),
    Step(
        "production", 5, "申领用料", "Order the material", "production",
        "下达了生产工单", "A work order was written",
        "command:PutWorkOrders", 120, "/production", "PlanMaterial",
    ),
    Step(
        "production", 10, "投料与产出", "Make", "production",
        "班次开始，有生产任务", "A shift begins with a work order",
        "plan:shift", 480, "/production/line", "Produce",
    ),
    Step(
        "production", 15, "清洗储罐", "Clean tanks", "production",
        "储罐已空，或到清洗时间", "A tank is empty, or its cleaning is due",
        "command:DrainTank plan:shift", 240, "/production/tanks", "Clean",
    ),
    Step(
        "production", 20, "成品检验", "Inspect what was made", "inspector",
        "成品报工", "Goods were made",
        "command:Produce", 240, "/inspection", "Inspect",
    ),
    Step(
        "returns", 10, "接收退货", "Receive a return", "keeper",
        "客户退货到达", "A customer's return arrives",
        "plan:notice", 30, "/receiving/returns", "ReceiveReturn",
    ),
    Step(
        "returns", 20, "检验退货", "Inspect the return", "inspector",
        "退货入库待检", "A return waits for its verdict",
        "command:ReceiveReturn", 240, "/returns", "Inspect",
    ),
    Step(
        "returns", 30, "退回供应商", "Return to the supplier", "keeper",
        "处置为退货", "It was decided to send it back",
        "command:DecideNonConformance", 1440, "/nonconformances", "ReturnToSupplier",
    ),
    Step(
        "returns", 40, "销毁货物", "Destroy goods", "keeper",
        "货物过期、不合格、被召回，或冷链中断退回", "Goods are expired, rejected or recalled, or came back warm",
        "command:ReceiveReturn command:Inspect", 2880, "/disposal", "Destroy",
    ),
    Step(
        "recall", 10, "发起召回，全部冻结", "Open the recall, hold it all", "inspector",
        "发现安全风险，或供应商、主管部门发来通知", "A risk has come to light, or somebody announces one",
        "command:ReportNonConformance", 15, "/recall", "StartRecall",
    ),
    Step(
        "recall", 20, "核对召回范围", "Look at the scope", "inspector",
        "召回已发起，或新的记录涉及范围", "The recall is open, or later records touch its goods",
        "command:StartRecall alert:recall_undecided", 30, "/recall", "RerunScope",
    ),
    Step(
        "recall", 30, "起草通知", "Write the notices", "keeper",
        "召回已发起，须在期限内通知各方", "The recall is open and parties are to be told in time",
        "command:StartRecall", 120, "/recall", "DraftNotices",
    ),
    Step(
        "recall", 40, "批准通知", "Approve the notices", "quality",
        "通知已起草", "The notices are written",
        "command:DraftNotices", 60, "/approvals", "ApproveNotices",
    ),
    Step(
        "recall", 50, "寄信与致电", "Send letters, make calls", "keeper",
        "通知已批准，或邮件未能发出", "Notices are approved, or a mail could not be sent",
        "command:ApproveNotices alert:recall_unsent", 240, "/recall", "MarkNotified",
    ),
    Step(
        "recall", 60, "登记答复，催问", "Record answers, ask again", "keeper",
        "对方已答复，或逾期未答复", "A party has answered, or is silent for too long",
        "command:MarkNotified alert:recall_silent", 480, "/recall", "RecordAnswer",
    ),
    Step(
        "recall", 70, "发布消费者公告", "Tell consumers", "keeper",
        "货物可能已到消费者手中", "Consumers may have the goods",
        "command:StartRecall", 240, "/recall", "PublishNotice",
    ),
    Step(
        "recall", 80, "处置召回货物", "Dispose of what came back", "keeper",
        "召回货物退回", "Recalled goods have come back",
        "command:ReceiveReturn", 2880, "/disposal", "Destroy",
    ),
    Step(
        "recall", 90, "结束召回", "Close the recall", "keeper",
        "各方均已答复，货物均有着落；或期限将到", "All have answered and all is accounted for, or the time is over",
        "command:RecordAnswer alert:recall_overdue", 1440, "/recall", "CloseRecall",
    ),
    Step(
        "recall", 100, "召回演练", "Drill", "inspector",
        "每年至少一次，或客户、认证机构要求", "At least once a year, or when a customer or certifier asks",
        "plan:drill", 240, "/recall/drills", "StartDrill",
    ),
)  # fmt: skip
